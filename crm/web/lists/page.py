"""The page of a list, its trash and bulk actions, for all kinds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from pydantic import BaseModel, Field

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.db.keyset import Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.records.kind import Kind, Listing
from crm.web.kinds.known import known_words
from crm.web.lists.choices import Choices
from crm.web.lists.conditions import condition_chips
from crm.web.lists.filters import Chip, built, chips_of
from crm.web.lists.filters import Field as FilterField
from crm.web.lists.list_address import ListAddress
from crm.web.lists.own_columns import OwnColumns, read_own_columns
from crm.web.lists.saved_views import Tabs, UsualView, find_default, read_tabs, view_address
from crm.web.records.removal import TRASHED, Removal, add_removal
from crm.web.records.views import add_view
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import read
from crm.web.requests.wrong_filters import show_despite

ROWS = 25
DEFAULT_SORT = "-updated_at"


Columns = list[tuple[object, str, str]]
"""The columns to show, in their order: label, name of the sort, class."""


@dataclass(frozen=True, slots=True)
class TrashWords:
    """What the trash of a kind says above its records, what a screen reader calls it, and what stands
    beside the name of each.
    """

    note: LazyString
    label: LazyString
    beside: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list pages of a kind need, beside its description in the room.

    `folder` holds its templates: `list.html`, `cells.html`, `bulk_actions.html`, `empty.html`, and
    `in_trash.html` where it has no words for its `trash`. `bulk`: it has a bar for many records. `cells`:
    some are changed in place, `fields` by the class of their column ("col-main:name"): that is written once,
    and not in each row. `usual` are the views that everybody needs; `extras` is what these templates need
    more, and `beside` what is read for all records of a page at once. `drawn_with` is what the row of a
    record shows that is not the record's, by the address and extras.
    """

    kind: Kind
    address: type[ListAddress]
    folder: str
    filters: tuple[FilterField, ...]
    columns: Callable[[Any], Columns]
    usual: Callable[[], list[UsualView]]
    choices: Callable[[Transaction, Any, Mapping[str, Any]], Choices]
    css: str = ""
    cells: bool = False
    fields: str = ""
    bulk: bool = True
    extras: Callable[[Transaction], dict[str, Any]] = field(default=lambda _tx: {})
    trash: TrashWords | None = None
    drawn_with: Callable[[Any, Any, Mapping[str, Any]], object] = lambda _record, _wanted, _extras: None
    beside: Callable[[Transaction, Any, Sequence[Any]], dict[str, Any]] = lambda _tx, _wanted, _records: {}

    @property
    def name(self) -> str:
        return self.kind.table

    @property
    def listing(self) -> Listing:
        if self.kind.listing is None:
            raise TypeError(f"{self.kind.name} is not listed")
        return self.kind.listing


@dataclass(frozen=True, slots=True)
class Shown:
    """`choices` are those of the filters and of what is done to many, `custom` the fields that many get."""

    page: Page[Any]
    count: Count
    tabs: Tabs
    choices: Choices
    chips: list[Chip]
    extras: Mapping[str, Any]
    own: OwnColumns
    custom: Sequence[CustomField] = ()


class TrashQuery(BaseModel):
    cursor: str | None = Field(None, max_length=2000)


def show_list(of: ListPage) -> ResponseReturnValue:
    """The bare address opens the reader's default view."""
    if not request.args and (opening := read(find_default, of.name)):
        return redirect(view_address(opening))
    return show_despite(of.address, partial(_show, of))


def _show(of: ListPage, wanted: Any) -> ResponseReturnValue:
    shown = read(_read_list, of, wanted)
    template = "lists/rows.html" if is_fragment() else f"{of.folder}/list.html"
    values = {
        "of": of,
        "listing": shown,
        "query": wanted,
        "sort": wanted.sort or DEFAULT_SORT,
        "columns": [*of.columns(wanted), *shown.own.heads],
        "own": shown.own,
        "tabs": shown.tabs,
        "choices": shown.choices,
        "builder": built(of.filters),
        "groups": wanted.address(endpoint=f"{of.kind.name}_conditions.show") if of.kind.filtered else "",
    }
    response = make_response(render_template(template, **values, **shown.extras))
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address() if wanted.kept else shown.tabs.whole
    return response


def trash_blueprint(of: ListPage, removal: Removal | None = None) -> Blueprint:
    """The trash of the list's kind, and the ways in and out of it, where `removal` names no others."""
    blueprint = Blueprint(f"{of.kind.name}_trash", __name__, url_prefix=f"/{of.name}")
    add_view(blueprint, "GET /trash", "list_all", of.kind.may("read"), partial(show_trash, of))
    ways = removal or Removal(kind=of.kind, removed=TRASHED)
    add_removal(blueprint, ways, f"/<id:{of.kind.name}_id>", of.kind.may("delete"))
    return blueprint


def show_trash(of: ListPage) -> ResponseReturnValue:
    """Deleted records, the latest first."""

    def show(wanted: TrashQuery) -> str:
        deleted = of.listing.filters(deleted=True)
        page = read(of.listing.page, deleted, limit=ROWS, cursor=wanted.cursor)
        words = known_words().by_name[of.kind.name]
        return render_template("lists/trash.html", of=of, page=page, words=words)

    return show_despite(TrashQuery, show)


def _read_list(tx: Transaction, of: ListPage, wanted: ListAddress) -> Shown:
    extras = of.extras(tx)
    choices = of.choices(tx, wanted, extras)
    page = of.listing.page(tx, wanted, sort=wanted.sort or DEFAULT_SORT, limit=ROWS, cursor=wanted.cursor)
    extras |= of.beside(tx, wanted, page.rows)
    return Shown(
        page=page,
        count=of.listing.count(tx, wanted),
        tabs=read_tabs(tx, of.name, wanted, of.usual()),
        choices=choices,
        chips=[*chips_of(of.filters, wanted, choices), *condition_chips(tx, of.kind, wanted, choices)],
        extras=extras,
        own=read_own_columns(tx, of.kind, wanted.own_columns, page.rows),
        custom=custom_fields_of(tx, of.kind.name).all if of.kind.customized and of.bulk else (),
    )
