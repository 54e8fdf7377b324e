"""The kinds of lead that a workspace tells apart: four from the start, and its own."""

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Sentence

FIRST_TYPES = ("order", "inquiry", "support", "other")


def list_lead_types(tx: Transaction) -> list[str]:
    """The four first, then the workspace's own by name."""
    rows = tx.all("SELECT name FROM lead_types WHERE workspace_id = :workspace_id ORDER BY name")
    known = {str(row["name"]) for row in rows}
    return [name for name in FIRST_TYPES if name in known] + sorted(known.difference(FIRST_TYPES))


def check_lead_type(tx: Transaction, name: str) -> None:
    """Raises Invalid, naming the types that there are."""
    if not _exists(tx, name):
        raise Invalid.field("type", Sentence("must be one of {types}", types=", ".join(list_lead_types(tx))))


def add_lead_type(tx: Transaction, name: str) -> str:
    """Raises Conflict when the workspace has it."""
    if _exists(tx, name):
        raise Conflict("The workspace has this type already.")
    insert_lead_type(tx, name)
    workspace_id = tx.actor.workspace_id or 0
    activity.record(tx, "lead_type.created", "workspace", workspace_id, after={"lead_type": name})
    return name


def remove_lead_type(tx: Transaction, name: str) -> None:
    """Raises NotFound, and Conflict with the count of `leads` that bear it, in the trash too."""
    if not _exists(tx, name):
        raise NotFound("There is no such type.")
    leads = tx.value(
        "SELECT count(*) FROM leads WHERE workspace_id = :workspace_id AND type = :name", name=name
    )
    if leads or name in FIRST_TYPES:
        raise Conflict("Only a type of your own that no lead bears can be removed.", {"leads": leads})
    tx.run("DELETE FROM lead_types WHERE workspace_id = :workspace_id AND name = :name", name=name)
    workspace_id = tx.actor.workspace_id or 0
    activity.record(tx, "lead_type.deleted", "workspace", workspace_id, before={"lead_type": name})


def insert_lead_type(tx: Transaction, name: str) -> None:
    tx.run(
        "INSERT INTO lead_types (workspace_id, name, created_at) VALUES (:workspace_id, :name, :now)",
        name=name,
    )


def _exists(tx: Transaction, name: str) -> bool:
    return bool(
        tx.value("SELECT 1 FROM lead_types WHERE workspace_id = :workspace_id AND name = :name", name=name)
    )
