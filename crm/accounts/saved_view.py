"""A saved view, and the views that a user sees."""

from dataclasses import dataclass

from crm.accounts.view_fields import ListName
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, Sentence
from crm.records.kinds import kinds_of
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, missing

VIEW_RECORD = Skeleton("saved_view", "saved_views", Sentence("view"))
_VIEW = """
    SELECT v.id, v.list, v.name, v.query, v.shared, v.user_id, u.name AS made_by, v.version,
           v.created_at, v.updated_at, d.view_id IS NOT NULL AS is_default
      FROM saved_views v
      JOIN users u              ON u.workspace_id = v.workspace_id AND u.id = v.user_id
      LEFT JOIN default_views d ON d.workspace_id = v.workspace_id AND d.user_id = :actor_id
                               AND d.list = v.list AND d.view_id = v.id
     WHERE v.workspace_id = :workspace_id
"""


def seen_view(alias: str) -> str:
    """Shared ones and one's own."""
    return f"({alias}.shared = 1 OR {alias}.user_id = :actor_id)"


@dataclass(frozen=True)
class SavedView:
    """`user_id` made it, whose own it is unless it is `shared`; `is_default` is the asking user's choice."""

    id: int
    list: ListName
    name: str
    query: str
    shared: bool
    user_id: int
    made_by: str
    is_default: bool
    version: int
    created_at: str
    updated_at: str


def check_list(tx: Transaction, name: str) -> None:
    """Raises Invalid unless some kind of record has this list."""
    listed = kinds_of(tx).listed
    if name not in listed:
        raise Invalid.field("list", Sentence("must be {expected}", expected=" or ".join(map(repr, listed))))


def list_views(
    tx: Transaction, list_name: ListName | None = None, *, deleted: bool = False
) -> list[SavedView]:
    """The shared ones and the acting user's own, by name. Raises Invalid for a list that there is not."""
    if list_name is not None:
        check_list(tx, list_name)
    rows = tx.all(
        f"""
        {_VIEW}
           {only_seen(tx, "saved_view", "v")}
           AND v.deleted_at IS {"NOT NULL" if deleted else "NULL"}
           AND (CAST(:list_name AS TEXT) IS NULL OR v.list = :list_name)
         ORDER BY v.list, v.name_key, v.id
        """,
        list_name=list_name,
    )
    return [_view(row) for row in rows]


def get_view(tx: Transaction, view_id: int) -> SavedView:
    """Raises NotFound, also for a private view of somebody else."""
    return _visible(tx, view_id, deleted=False)


def get_deleted_view(tx: Transaction, view_id: int) -> SavedView:
    """Raises NotFound unless it is deleted."""
    return _visible(tx, view_id, deleted=True)


def reread_view(tx: Transaction, view_id: int) -> SavedView:
    """The view as it was written, even if the acting user may no longer see it."""
    rows = tx.all(f"{_VIEW} AND v.id = :view_id", view_id=view_id)
    return _view(rows[0])


def _visible(tx: Transaction, view_id: int, *, deleted: bool) -> SavedView:
    row = tx.one(
        f"""
        {_VIEW}
           {only_seen(tx, "saved_view", "v")}
           AND v.id = :view_id
           AND v.deleted_at IS {"NOT NULL" if deleted else "NULL"}
        """,
        view_id=view_id,
    )
    if row is None:
        raise missing(VIEW_RECORD, in_trash=deleted)
    return _view(row)


def _view(row: Row) -> SavedView:
    return SavedView(**{**row, "shared": bool(row["shared"]), "is_default": bool(row["is_default"])})
