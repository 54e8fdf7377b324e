"""Changing one field of a record where a list shows it, for all kinds whose lists and forms are described.

A cell asks for its field as a small form, and sends it: the answer is its row anew, or the form with what was
refused. Without scripts the record's own form stays the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Stale
from crm.fields import Fields, parse_fields
from crm.web.errors import status_of
from crm.web.lists.list_address import ListAddress
from crm.web.lists.own_columns import read_own_columns
from crm.web.lists.page import ListPage
from crm.web.records.entries import Entries, given_values
from crm.web.records.views import add_view, lookup_of
from crm.web.requests.forms import errors_of, form_version, general_error
from crm.web.requests.reading import parse_address, read, write
from crm.web.words.choices import user_choices
from crm.web.words.fields import label_of

Options = list[tuple[str, str]]


def owner_options(tx: Transaction, record: Any) -> Options:
    return [("", _("Unassigned")), *((str(key), name) for key, name in user_choices(tx, record.owner_id))]


@dataclass(frozen=True, slots=True)
class Cell:
    """`control` is how its field is entered; `options` are those of a choice, for the record."""

    control: Literal["text", "amount", "day", "choice"] = "text"
    options: Callable[[Transaction, Any], Options] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class CellEditing:
    """`cells` are by the field, `entries` how each is written; `change` takes the id, what the model made of
    the field, and the version.
    """

    page: ListPage
    cells: Mapping[str, Cell]
    entries: Entries
    model: type[Fields]
    change: Callable[..., Any]


def cell_blueprint(of: CellEditing) -> Blueprint:
    kind = of.page.kind
    blueprint = Blueprint(f"{kind.name}_cells", __name__, url_prefix=f"/{kind.table}")
    rule = f"/<id:{kind.name}_id>/cells"
    add_view(blueprint, f"GET {rule}", "show_row", kind.may("write"), partial(_show_row, of))
    for name in of.cells:
        permission = kind.may("write")
        add_view(blueprint, f"GET {rule}/{name}", f"show_{name}", permission, partial(_show, of, name))
        add_view(blueprint, f"POST {rule}/{name}", f"change_{name}", permission, partial(_change, of, name))
    return blueprint


def _show(of: CellEditing, name: str, record_id: int) -> str:
    record = read(lookup_of(of.page.kind).get, record_id)
    return _render(of, name, record, _text(of, name, record))


def _change(of: CellEditing, name: str, record_id: int) -> ResponseReturnValue:
    typed, get = request.form.get(name, ""), lookup_of(of.page.kind).get
    try:
        changes = parse_fields(of.model, given_values(of.entries, {name}))
        write(of.change, record_id, changes, expected_version=form_version())
    except Stale as error:
        record = read(get, record_id)
        theirs = _text(of, name, record)
        return _render(of, name, record, typed, theirs=theirs), status_of(error)
    except (Invalid, Conflict) as error:
        said = errors_of(error)
        message = said.get(name) or general_error(error) or next(iter(said.values()))
        record = read(get, record_id)
        return _render(of, name, record, typed, error=message), status_of(error)
    return _show_row(of, record_id)


def _show_row(of: CellEditing, record_id: int) -> str:
    """With the columns that the list shows."""
    given = {name: text for name, text in request.args.items() if name == "columns"}
    wanted = parse_address(of.page.address, given)
    values = read(_read_row, of, record_id, wanted)
    return render_template("lists/row.html", of=of.page, query=wanted, **values)


def _read_row(tx: Transaction, of: CellEditing, record_id: int, wanted: ListAddress) -> Mapping[str, Any]:
    record = lookup_of(of.page.kind).get(tx, record_id)
    own = read_own_columns(tx, of.page.kind, wanted.own_columns, [record])
    return {"record": record, "own": own, **of.page.extras(tx)}


def _text(of: CellEditing, name: str, record: Any) -> str:
    return of.entries[name].text(getattr(record, name))


def _render(
    of: CellEditing, name: str, record: Any, text: str, *, error: str = "", theirs: str | None = None
) -> str:
    cell = of.cells[name]
    return render_template(
        "lists/cell.html",
        name=name,
        label=cell.label or label_of(name),
        cell=cell,
        text=text,
        options=[] if cell.options is None else read(cell.options, record),
        version=request.form.get("version") if error else record.version,
        currency=getattr(record, "currency", ""),
        error=error,
        theirs=theirs,
        address=request.script_root + request.full_path.rstrip("?"),
    )
