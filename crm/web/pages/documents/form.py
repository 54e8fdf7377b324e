"""The form of quotes and of invoices: its rows, its choices, and its sums while one types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.workspaces import get_workspace
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.documents.lines import plain
from crm.documents.totals import Totals
from crm.errors import CrmError, Invalid
from crm.fields import Fields, parse_fields, whole_number
from crm.records.kind import Kind
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.i18n import worded
from crm.web.kinds.known import known_words
from crm.web.pages.documents.added_product import added_row
from crm.web.pages.documents.line_rows import MOST_FIELDS, NEW_ROW, rows_of
from crm.web.records.entries import Entries, Texts
from crm.web.records.entries import given_values as typed_values
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.views import add_view
from crm.web.requests.forms import errors_of
from crm.web.requests.reading import read
from crm.web.words.choices import currency_codes, user_choices
from crm.web.words.fields import label_of
from crm.web.words.languages import document_language_choices

PRICED = ("client_id", "currency", "prices_include_tax", "discount", "discount_amount", "lines")
COLUMNS = ("title", "details", "quantity", "unit", "unit_price", "tax_rate", "discount", "tax_reason")


@dataclass(frozen=True, slots=True)
class Sums:
    """As `documents/sums.html` shows them; a document as it is read has these fields, too."""

    currency: str
    taxes: list[Any]
    discount_total: int | float
    total_net: int | float
    total: int | float


def sums_of(currency: str, taxes: list[Any], totals: Totals) -> Sums:
    return Sums(currency, taxes, plain(totals.discount), plain(totals.total_net), plain(totals.total))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentForm:
    """`add_up` takes the changes that the priced fields of the form make, and raises Invalid. `closed` says
    why a document can be changed no longer, if so. `more` reads what the template of this kind takes beside
    what all documents have.
    """

    kind: Kind
    entries: Entries
    model: type[Fields]
    change: Callable[..., Any]
    creation: Creation
    add_up: Callable[[Any], Sums]
    closed: Callable[[Any], str]
    more: Callable[[Transaction, Texts], Mapping[str, Any]] = field(default=lambda _tx, _values: {})


def document_form(of: DocumentForm) -> Blueprint:
    """The form, and the sums of the form as it is."""
    blueprint = form_blueprint(
        RecordForm(
            kind=of.kind,
            entries=of.entries,
            template=f"{of.kind.table}/form.html",
            model=of.model,
            change=of.change,
            options=partial(_options, of),
            pickers={"client_id": "", "product": ""},
            goes_on=changes_rows,
            closed=partial(_show_closed, of),
            creation=of.creation,
            most_fields=MOST_FIELDS,
        )
    )
    add_view(blueprint, "POST /totals", "show_totals", of.kind.may("write"), partial(_show_totals, of))
    return blueprint


def changes_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _show_closed(of: DocumentForm, document: Any) -> ResponseReturnValue | None:
    reason = of.closed(document)
    if not reason:
        return None
    words = known_words().by_name[of.kind.name]
    return render_template("documents/closed.html", shown=document, words=words, reason=reason), 409


def _options(of: DocumentForm, document: Any, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    rows = rows_of(values.get("lines", ""))
    chosen = added_row(values)
    further = [chosen or dict(NEW_ROW)] if chosen or not rows or "more" in request.form else []
    return {
        **read(_read_options, of, document, values),
        "rows": rows + further,
        "new_row": NEW_ROW,
        "errors": errors_by_id(error),
        "labels": {name: label_of(name) for name in of.entries} | line_labels(len(rows)),
        "sums": document if error is None else None,
    }


def errors_by_id(error: CrmError | None) -> dict[str, str]:
    """By the id of the input: of the field `lines.2.title` that is `lines-2-title`."""
    return {name.replace(".", "-"): text for name, text in errors_of(error).items()} if error else {}


def line_labels(count: int) -> dict[str, str]:
    return {
        f"lines-{place}-{name}": f"{place + 1}: {label_of(name)}"
        for place in range(count)
        for name in COLUMNS
    }


def _read_options(tx: Transaction, of: DocumentForm, document: Any, values: Texts) -> dict[str, Any]:
    workspace = get_workspace(tx)
    client_id = whole_number(values.get("client_id", ""))
    held = document.currency if document else ""
    held_language = document.language if document else ""
    return {
        "client_name": name_records(tx, CLIENT, [client_id]).get(client_id, "") if client_id else "",
        "owners": user_choices(tx, document.owner_id if document else None),
        "tags": [tag.name for tag in list_tags(tx, of.kind.name)],
        "currencies": [(code, code) for code in currency_codes(held, workspace.currency)],
        "languages": document_language_choices(held_language or workspace.language),
        **of.more(tx, values),
    }


def _show_totals(of: DocumentForm) -> str:
    """The sums of the form as it is, or what is wrong with it; nothing is saved."""
    try:
        sums = of.add_up(parse_fields(of.model, typed_values(of.entries, PRICED)))
    except Invalid as error:
        return render_template("documents/sums.html", sums=None, refusal=_first_problem(error))
    return render_template("documents/sums.html", sums=sums, refusal="")


def _first_problem(error: Invalid) -> str:
    problem = error.problems[0]
    parts = problem.field.split(".")
    label = label_of(parts[-1])
    place = whole_number(parts[1]) if len(parts) > 2 else None
    where = f"{label}:" if place is None else f"{place + 1}: {label}"
    return f"{where} {worded(problem.message)}"
