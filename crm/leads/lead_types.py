"""The lead types of a workspace: four from the start, and its own.

They are known by their name, which leads have and addresses use. The skeleton of records with numbers does
not fit them: what it does for others is written here.
"""

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.records.holding import count_holding
from crm.records.skeleton import Skeleton, missing

TYPE_RECORD = Skeleton("lead_type", "lead_types", Sentence("type"))
FIRST_TYPES = ("order", "inquiry", "support", "other")


def list_lead_types(tx: Transaction) -> list[str]:
    """The four first, then the workspace's own by name."""
    rows = tx.all(
        """
        SELECT name
          FROM lead_types
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
         ORDER BY name
        """
    )
    known = {str(row["name"]) for row in rows}
    return [name for name in FIRST_TYPES if name in known] + sorted(known.difference(FIRST_TYPES))


def list_removed_types(tx: Transaction) -> list[str]:
    """Those that can be restored, by name."""
    rows = tx.all(
        """
        SELECT name
          FROM lead_types
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NOT NULL
         ORDER BY name
        """
    )
    return [str(row["name"]) for row in rows]


def check_lead_type(tx: Transaction, name: str) -> None:
    """Raises Invalid, naming the existing types."""
    if not _exists(tx, name):
        raise Invalid.field("type", Sentence("must be one of {types}", types=", ".join(list_lead_types(tx))))


def add_lead_type(tx: Transaction, name: str) -> str:
    """One that was removed comes back. Raises Conflict when the workspace has it."""
    if _exists(tx, name):
        raise Conflict("This lead type already exists.")
    if _exists(tx, name, deleted=True):
        return restore_lead_type(tx, name)
    insert_lead_type(tx, name)
    activity.record(tx, "lead_type.created", "workspace", _workspace(tx), after={"lead_type": name})
    return name


def remove_lead_type(tx: Transaction, name: str) -> None:
    """Raises NotFound, and Conflict with the number of `leads` that use it, also in the trash."""
    if not _exists(tx, name):
        raise missing(TYPE_RECORD)
    leads = count_holding(tx, "lead_types", name, "leads", trash=True)
    if leads or name in FIRST_TYPES:
        raise Conflict(
            "Only your own lead types can be removed, and only while no lead uses them.", {"leads": leads}
        )
    _set_deleted_at(tx, name, tx.now)
    activity.record(tx, "lead_type.deleted", "workspace", _workspace(tx), before={"lead_type": name})


def restore_lead_type(tx: Transaction, name: str) -> str:
    """Raises NotFound."""
    if not _exists(tx, name, deleted=True):
        raise missing(TYPE_RECORD, in_trash=True)
    _set_deleted_at(tx, name, None)
    activity.record(tx, "lead_type.restored", "workspace", _workspace(tx), after={"lead_type": name})
    return name


def insert_lead_type(tx: Transaction, name: str) -> None:
    tx.run(
        "INSERT INTO lead_types (workspace_id, name, created_at) VALUES (:workspace_id, :name, :now)",
        name=name,
    )


def _set_deleted_at(tx: Transaction, name: str, moment: str | None) -> None:
    tx.run(
        """
        UPDATE lead_types
           SET deleted_at = :moment
         WHERE workspace_id = :workspace_id
           AND name = :name
        """,
        name=name,
        moment=moment,
    )


def _exists(tx: Transaction, name: str, *, deleted: bool = False) -> bool:
    """Among the live ones, or among those removed."""
    found = tx.one(
        "SELECT deleted_at FROM lead_types WHERE workspace_id = :workspace_id AND name = :name", name=name
    )
    return found is not None and (found["deleted_at"] is not None) == deleted


def _workspace(tx: Transaction) -> int:
    """A type has no id of its own: its changes are recorded on the workspace."""
    return tx.actor.workspace_id or 0
