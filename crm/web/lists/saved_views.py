"""The views above a list: the usual ones, the saved ones, and the current one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from crm.accounts.saved_view import SavedView, get_view, list_views
from crm.accounts.saved_views import change_view, create_view
from crm.accounts.view_fields import ViewChanges, ViewFields
from crm.db.transaction import Transaction
from crm.web.kinds.known import known_words
from crm.web.lists.addresses import WHOLE, check_query, kept_query
from crm.web.lists.list_address import ListAddress
from crm.web.navigation import may
from crm.web.rendering import address_of
from crm.web.sessions.identity import identity

UsualView = tuple[str, str, dict[str, Any]]
"""Label, icon, and the filters that make it."""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    icon: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Tabs:
    """`here` is the saved view that one came from, `changed` whether the list is other than it says,
    `editable` whether the reader may make it say so. `query` is what saving would keep, `whole` the address
    of the list without any filter.
    """

    list_name: str
    usual: list[Tab]
    saved: list[Tab]
    here: SavedView | None
    changed: bool
    editable: bool
    query: str
    whole: str


def read_tabs(tx: Transaction, list_name: str, wanted: ListAddress, usual: Sequence[UsualView]) -> Tabs:
    views = list_views(tx, list_name)
    here = next((view for view in views if str(view.id) == wanted.view), None)
    kept = kept_query(wanted)
    looks = {"sort", "columns"}
    asked = {name: value for name, value in wanted.kept.items() if name not in looks}
    whole = whole_list(list_name, views)
    return Tabs(
        list_name=list_name,
        usual=[
            Tab(
                label,
                icon,
                address_of(known_words().list_of(list_name).endpoint, **filters) if filters else whole,
                is_here=here is None and asked == filters,
            )
            for label, icon, filters in usual
        ],
        saved=[
            Tab(view.name, "users" if view.shared else "list-filter", view_address(view), view == here)
            for view in views
        ],
        here=here,
        changed=here is not None and sorted(parse_qsl(here.query)) != sorted(parse_qsl(kept)),
        editable=here is not None and may_edit(here),
        query=kept,
        whole=whole,
    )


def whole_list(list_name: str, views: Sequence[SavedView]) -> str:
    """The bare address opens the default view; then the whole list has an address of its own."""
    chosen = any(view.is_default for view in views)
    endpoint = known_words().list_of(list_name).endpoint
    return address_of(endpoint, view=WHOLE) if chosen else address_of(endpoint)


def view_address(view: SavedView) -> str:
    """With the filters in the address, so that it works for others too."""
    query = f"{view.query}&view={view.id}" if view.query else f"view={view.id}"
    return f"{address_of(known_words().list_of(view.list).endpoint)}?{query}"


def find_default(tx: Transaction, list_name: str) -> SavedView | None:
    return next((view for view in list_views(tx, list_name) if view.is_default), None)


def may_edit(view: SavedView) -> bool:
    return may("views.share") if view.shared else view.user_id == identity().user_id


def save_view(tx: Transaction, fields: ViewFields) -> SavedView:
    """Raises as `create_view`, and Invalid for a query that is none of the list."""
    query = check_query(tx, fields.list, fields.query)
    return create_view(tx, fields.model_copy(update={"query": query}))


def change_saved_view(
    tx: Transaction, view_id: int, changes: ViewChanges, *, expected_version: int | None = None
) -> SavedView:
    """Raises as `change_view`, and Invalid for a query that is none of the list."""
    if "query" in changes.model_fields_set:
        query = check_query(tx, get_view(tx, view_id).list, changes.query)
        changes = changes.model_copy(update={"query": query})
    return change_view(tx, view_id, changes, expected_version=expected_version)
