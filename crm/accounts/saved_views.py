"""Saving the filters, order and columns of a list under a name, for oneself or for the workspace."""

from dataclasses import asdict
from typing import Any

from crm.accounts.permissions import permissions_of
from crm.accounts.saved_view import (
    VIEW_RECORD,
    SavedView,
    check_list,
    get_deleted_view,
    get_view,
    reread_view,
)
from crm.accounts.view_fields import ListName, ViewChanges, ViewFields
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, FieldProblem, Forbidden, Sentence
from crm.fields import name_key
from crm.records.kinds import kinds_of
from crm.records.skeleton import refuse_stale
from crm.records.tombstones import bury, unbury

MOST_VIEWS = 100


def create_view(tx: Transaction, fields: ViewFields) -> SavedView:
    """Raises Conflict for a name that is taken, Forbidden to share without the right to."""
    check_list(tx, fields.list)
    _check_sharing(tx, shared=fields.shared)
    _check_free(tx, fields.list, fields.name, shared=fields.shared, user_id=int(tx.actor.user_id or 0))
    _check_room(tx, fields.list)
    view_id = tx.insert(
        """
        INSERT INTO saved_views (workspace_id, user_id, list, name, name_key, query, shared,
                                 created_at, updated_at)
        VALUES (:workspace_id, :actor_id, :list, :name, :name_key, :query, :shared, :now, :now)
        RETURNING id
        """,
        name_key=name_key(fields.name),
        **fields.model_dump(exclude={"is_default"}),
    )
    if fields.is_default:
        _choose(tx, view_id, fields.list)
    activity.record(tx, "saved_view.created", "saved_view", view_id, after=fields.model_dump())
    return reread_view(tx, view_id)


def change_view(
    tx: Transaction, view_id: int, changes: ViewChanges, *, expected_version: int | None = None
) -> SavedView:
    """Anybody may make a visible view their default; other changes need the right to share it.

    Raises NotFound, Stale, Conflict for a name that is taken, Forbidden.
    """
    old = get_view(tx, view_id)
    refuse_stale(VIEW_RECORD, old, expected_version)
    before, after = activity.changes(asdict(old), changes.model_dump(exclude_unset=True))
    if not after:
        return old
    chosen = after.get("is_default")
    if chosen is not None:
        _choose(tx, view_id, old.list) if chosen else _forget(tx, view_id)
    facts = {name: value for name, value in after.items() if name != "is_default"}
    if facts:
        _update(tx, old, facts)
    marks = _sharing(old) if "shared" not in after else {}
    activity.record(
        tx, "saved_view.changed", "saved_view", view_id, before={**before, **marks}, after={**after, **marks}
    )
    return reread_view(tx, view_id)


def delete_view(tx: Transaction, view_id: int, *, expected_version: int | None = None) -> None:
    """It can be restored. Raises NotFound, Stale, Forbidden."""
    view = get_view(tx, view_id)
    refuse_stale(VIEW_RECORD, view, expected_version)
    _check_sharing(tx, shared=view.shared)
    bury(tx, VIEW_RECORD, view, facts=_named(view))


def restore_view(tx: Transaction, view_id: int, *, expected_version: int | None = None) -> SavedView:
    """Raises NotFound unless it is deleted, Stale, Forbidden, Conflict when its name is taken by now."""
    view = get_deleted_view(tx, view_id)
    refuse_stale(VIEW_RECORD, view, expected_version)
    _check_sharing(tx, shared=view.shared)
    _check_free(tx, view.list, view.name, shared=view.shared, user_id=view.user_id)
    unbury(tx, VIEW_RECORD, view, facts=_named(view))
    return reread_view(tx, view_id)


def _named(view: SavedView) -> dict[str, object]:
    return {"name": view.name, **_sharing(view)}


def _sharing(view: SavedView) -> dict[str, object]:
    """Tells the ledger that others than the view's owner may read the entry's values."""
    return {"shared": True} if view.shared else {}


def _update(tx: Transaction, old: SavedView, facts: dict[str, Any]) -> None:
    new = {name: facts.get(name, getattr(old, name)) for name in ("name", "query", "shared")}
    _check_sharing(tx, shared=old.shared or new["shared"])
    _check_free(tx, old.list, new["name"], shared=new["shared"], user_id=old.user_id, but=old.id)
    tx.run(
        """
        UPDATE saved_views
           SET name = :name, name_key = :name_key, query = :query, shared = :shared,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :view_id
        """,
        view_id=old.id,
        name_key=name_key(new["name"]),
        **new,
    )


def _check_sharing(tx: Transaction, *, shared: bool) -> None:
    if not shared:
        return
    role = tx.value("SELECT role FROM users WHERE workspace_id = :workspace_id AND id = :actor_id")
    if not permissions_of(kinds_of(tx)).allow(role, "views.share"):
        raise Forbidden("Only an owner or an admin may share views and change shared ones.")


def _check_free(
    tx: Transaction, list_name: ListName, name: str, *, shared: bool, user_id: int, but: int = 0
) -> None:
    taken = tx.value(
        """
        SELECT 1
          FROM saved_views
         WHERE workspace_id = :workspace_id
           AND list = :list_name
           AND name_key = :name_key
           AND deleted_at IS NULL
           AND shared = :shared
           AND (shared = 1 OR user_id = :user_id)
           AND id <> :but
        """,
        list_name=list_name,
        name_key=name_key(name),
        shared=shared,
        user_id=user_id,
        but=but,
    )
    if taken:
        problem = FieldProblem("name", "is the name of another view of this list")
        raise Conflict("A view with this name already exists.", {"errors": [asdict(problem)]})


def _check_room(tx: Transaction, list_name: ListName) -> None:
    own = tx.value(
        """
        SELECT count(*)
          FROM saved_views
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND list = :list_name
           AND deleted_at IS NULL
        """,
        list_name=list_name,
    )
    if own >= MOST_VIEWS:
        raise Conflict(
            Sentence("You already have {n} views of this list, the maximum. Delete one first.", n=MOST_VIEWS)
        )


def _choose(tx: Transaction, view_id: int, list_name: ListName) -> None:
    tx.run(
        """
        INSERT INTO default_views (workspace_id, user_id, list, view_id)
        VALUES (:workspace_id, :actor_id, :list_name, :view_id)
            ON CONFLICT (workspace_id, user_id, list) DO UPDATE SET view_id = excluded.view_id
        """,
        view_id=view_id,
        list_name=list_name,
    )


def _forget(tx: Transaction, view_id: int) -> None:
    tx.run(
        """
        DELETE FROM default_views
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND view_id = :view_id
        """,
        view_id=view_id,
    )
