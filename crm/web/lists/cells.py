"""Changing one field of a record where a list or its page shows it, for all kinds whose forms are described.

A cell asks for its field as a small form, and sends it: the answer is its row anew, or the form with what was
refused. Without scripts the form is a page of its own, and leads back to the record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import Fields, parse_fields
from crm.records.kind import Kind
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.lists.cell_fields import Cell, Field, Options, read_custom_cell
from crm.web.lists.list_address import ListAddress
from crm.web.lists.own_columns import read_own_columns
from crm.web.lists.page import ListPage
from crm.web.records.entries import Entries
from crm.web.records.views import add_view, lookup_of
from crm.web.requests.custom_filters import is_own
from crm.web.requests.forms import errors_of, form_version, general_error, is_fragment, is_ours
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.toasts import say
from crm.web.words.choices import user_choices
from crm.web.words.fields import label_of


def owner_options(tx: Transaction, record: Any) -> Options:
    return [("", _("Unassigned")), *((str(key), name) for key, name in user_choices(tx, record.owner_id))]


def _as_named(name: str, value: Any) -> dict[str, Any]:
    return {name: value}


@dataclass(frozen=True, slots=True)
class CellEditing:
    """`cells` are by the field, `entries` how each is written; `change` takes the id, what the model made of
    the field, and the version. `page` is the list whose rows show them, if one does. `text_of` is what the
    field holds of a record, and `given` what the model takes of its value, where that is not plain; `at` is
    where one sees the record, if not on its page.
    """

    kind: Kind
    cells: Mapping[str, Cell]
    entries: Entries
    model: type[Fields]
    change: Callable[..., Any]
    page: ListPage | None = None
    text_of: Callable[[str, Any], str] | None = None
    given: Callable[[str, Any], dict[str, Any]] = _as_named
    at: Callable[[Any], str] | None = None

    def address_of(self, record: Any) -> str:
        return self.at(record) if self.at else known_words().by_name[self.kind.name].address_of(record.id)


def cell_blueprint(of: CellEditing) -> Blueprint:
    kind, permission = of.kind, of.kind.may("write")
    blueprint = Blueprint(f"{kind.name}_cells", __name__, url_prefix=f"/{kind.table}")
    rule = f"/<id:{kind.name}_id>/cells"
    if of.page is not None:
        add_view(blueprint, f"GET {rule}", "show_row", permission, partial(_show_row, of))
    for name in of.cells:
        add_view(blueprint, f"GET {rule}/{name}", f"show_{name}", permission, partial(_show, of, name))
        add_view(blueprint, f"POST {rule}/{name}", f"change_{name}", permission, partial(_change, of, name))
    if kind.customized is not None:
        own = f"{rule}/custom/<key>"
        add_view(blueprint, f"GET {own}", "show_custom", permission, partial(_own, _show, of))
        add_view(blueprint, f"POST {own}", "change_custom", permission, partial(_own, _change, of))
    return blueprint


def _own(
    view: Callable[..., ResponseReturnValue], of: CellEditing, record_id: int, key: str
) -> ResponseReturnValue:
    return view(of, f"custom.{key}", record_id)


def _show(of: CellEditing, name: str, record_id: int) -> str:
    record, field = read(lookup_of(of.kind).get, record_id), _field(of, name)
    return _render(of, field, record, field.text_of(record))


def _field(of: CellEditing, name: str) -> Field:
    if is_own(name):
        return read(read_custom_cell, of.kind, name)
    cell = of.cells[name]
    return Field(name, cell.label or label_of(name), cell, of.entries[name], text=of.text_of)


def _change(of: CellEditing, name: str, record_id: int) -> ResponseReturnValue:
    field, get = _field(of, name), lookup_of(of.kind).get
    typed = field.entry.typed(name) or ""
    try:
        changes = parse_fields(of.model, field.given(of.given))
        write(of.change, record_id, changes, expected_version=form_version())
    except Stale as error:
        record = read(get, record_id)
        return _render(of, field, record, typed, theirs=field.text_of(record)), status_of(error)
    except (Invalid, Conflict) as error:
        return _render(of, field, read(get, record_id), typed, error=_said(error, name)), status_of(error)
    if "back" in request.form:
        say(_("Saved"))
        return redirect(_back(of, read(get, record_id)), 303)
    return ("", 204) if of.page is None else _show_row(of, record_id)


def _said(error: CrmError, name: str) -> str:
    said = errors_of(error)
    return said.get(name) or general_error(error) or next(iter(said.values()))


def _back(of: CellEditing, record: Any) -> str:
    asked = request.values.get("back", "")
    return asked if is_ours(asked) else of.address_of(record)


def _show_row(of: CellEditing, record_id: int) -> str:
    """With the columns that the list shows."""
    given = {name: text for name, text in request.args.items() if name == "columns"}
    page = _page(of)
    wanted = parse_address(page.address, given)
    values = read(_read_row, page, record_id, wanted)
    return render_template("lists/row.html", of=page, query=wanted, **values)


def _page(of: CellEditing) -> ListPage:
    if of.page is None:
        raise TypeError(f"{of.kind.name} has no rows")
    return of.page


def _read_row(tx: Transaction, page: ListPage, record_id: int, wanted: ListAddress) -> Mapping[str, Any]:
    record = lookup_of(page.kind).get(tx, record_id)
    own = read_own_columns(tx, page.kind, wanted.own_columns, [record])
    return {"record": record, "own": own, **page.extras(tx), **page.beside(tx, wanted, [record])}


def _render(
    of: CellEditing, field: Field, record: Any, text: str, *, error: str = "", theirs: str | None = None
) -> str:
    """A fragment for scripts, else a page."""
    alone = not is_fragment() and ("back" in request.form or request.method == "GET")
    return render_template(
        "lists/cell_page.html" if alone else "lists/cell.html",
        field=field,
        shown=read(field.shown, record, text),
        text=text,
        version=request.form.get("version") if error else record.version,
        currency=getattr(record, "currency", ""),
        error=error,
        theirs=theirs,
        known_as=getattr(record, lookup_of(of.kind).record.known_by),
        back=_back(of, record) if alone else "",
        address=request.script_root + request.full_path.rstrip("?"),
    )
