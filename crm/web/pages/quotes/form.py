"""The form of a quote: one screen, whose sums the server makes while one types."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from crm.accounts.workspaces import get_workspace
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.documents.fields import QuoteChanges, QuoteFields, given_values
from crm.documents.kind import QUOTE
from crm.documents.lines import plain, taxes_in, with_amounts
from crm.documents.quote import Quote
from crm.documents.quotes import change_quote, create_quote
from crm.documents.validation import as_kept, totals_in, with_goods
from crm.errors import CrmError, Invalid
from crm.fields import parse_fields, whole_number
from crm.leads.kind import LEAD
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.pages.quotes.line_rows import LINES, NEW_ROW, PERCENT, rows_of
from crm.web.records.entries import AMOUNT, NUMBER, OPTIONAL, TEXT, TICK, WORDS, Texts
from crm.web.records.entries import given_values as typed_values
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.requests.forms import errors_of
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes, language_choices, user_choices
from crm.web.words.fields import label_of

ENTRIES = {
    "title": TEXT, "client_id": NUMBER, "lead_id": NUMBER, "owner_id": NUMBER, "currency": TEXT,
    "language": OPTIONAL, "valid_until": OPTIONAL, "prices_include_tax": TICK, "header": TEXT, "lines": LINES,
    "discount": PERCENT, "discount_amount": AMOUNT, "footer": TEXT, "tags": WORDS,
}  # fmt: skip
PRICED = ("currency", "prices_include_tax", "discount", "discount_amount", "lines")


def other_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _options(quote: Quote | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    options = read(_read_options, quote, values)
    rows = rows_of(values.get("lines", ""))
    further = [dict(NEW_ROW)] if not rows or "more" in request.form else []
    return {
        **options,
        "rows": rows + further,
        "new_row": NEW_ROW,
        "errors": errors_by_id(error),
        "labels": {name: label_of(name) for name in ENTRIES} | line_labels(len(rows)),
        "sums": _sums_of(quote) if quote is not None and error is None else None,
    }


def errors_by_id(error: CrmError | None) -> dict[str, str]:
    """By the id of the input: of the field `lines.2.title` that is `lines-2-title`."""
    return {name.replace(".", "-"): text for name, text in errors_of(error).items()} if error else {}


def line_labels(count: int) -> dict[str, str]:
    columns = (
        "title", "details", "quantity", "unit", "unit_price", "tax_rate", "discount", "tax_reason",
    )  # fmt: skip
    return {
        f"lines-{place}-{name}": f"{place + 1}: {label_of(name)}"
        for place in range(count)
        for name in columns
    }


def _read_options(tx: Transaction, quote: Quote | None, values: Mapping[str, str]) -> dict[str, Any]:
    workspace = get_workspace(tx)
    client_id, lead_id = (whole_number(values.get(name, "")) for name in ("client_id", "lead_id"))
    held = quote.currency if quote else ""
    return {
        "client_name": name_records(tx, CLIENT, [client_id]).get(client_id, "") if client_id else "",
        "lead_title": name_records(tx, LEAD, [lead_id]).get(lead_id, "") if lead_id else "",
        "owners": user_choices(tx, quote.owner_id if quote else None),
        "tags": [tag.name for tag in list_tags(tx, "quote")],
        "currency": workspace.currency,
        "currencies": [(code, code) for code in currency_codes(held, workspace.currency)],
        "languages": language_choices(),
        "workspace_language": workspace.language,
    }


def _sums_of(quote: Quote) -> dict[str, Any]:
    return {
        "currency": quote.currency,
        "amounts": [line.amount for line in quote.lines],
        "discount_total": quote.discount_total,
        "taxes": quote.taxes,
        "total_net": quote.total_net,
        "total": quote.total,
    }


blueprint = form_blueprint(
    RecordForm(
        kind=QUOTE,
        entries=ENTRIES,
        template="quotes/form.html",
        model=QuoteChanges,
        change=change_quote,
        options=_options,
        pickers={"client_id": ""},
        goes_on=other_rows,
        creation=Creation(
            model=QuoteFields,
            create=create_quote,
            asked=("client_id", "lead_id", "title"),
            usual=lambda: {"owner_id": str(identity().user_id)},
        ),
    )
)


@blueprint.post("/totals")
@permit("quotes.write")
def show_totals() -> str:
    """The sums of the form as it is, or what is wrong with it; nothing is saved."""
    try:
        fields = parse_fields(QuoteChanges, typed_values(ENTRIES, PRICED))
        given = given_values(fields)
        facts = as_kept(read(with_goods, given, fields.currency, given), fields.currency)
        totals = totals_in(facts)
    except Invalid as error:
        return render_template("quotes/sums.html", sums=None, refusal=first_problem(error))
    lines = with_amounts(facts["lines"], totals)
    sums = {
        "currency": fields.currency,
        "amounts": [line.amount for line in lines],
        "discount_total": plain(totals.discount),
        "taxes": taxes_in(totals),
        "total_net": plain(totals.total_net),
        "total": plain(totals.total),
    }
    return render_template("quotes/sums.html", sums=sums, refusal="")


def first_problem(error: Invalid) -> str:
    problem = error.problems[0]
    parts = problem.field.split(".")
    label = label_of(parts[-1])
    place = whole_number(parts[1]) if len(parts) > 2 else None
    where = f"{label}:" if place is None else f"{place + 1}: {label}"
    return f"{where} {worded(problem.message)}"
