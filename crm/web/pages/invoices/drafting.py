"""The page on which a quote or a deal becomes an invoice: whole, a deposit, a part, or the final one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.db.transaction import Transaction
from crm.deals.deal import get_deal
from crm.documents.invoice import InvoiceInList
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_listing import invoices_of_order
from crm.documents.invoices import create_invoice
from crm.documents.quote import get_quote
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.requests.amounts import plain_number
from crm.web.requests.forms import refusal
from crm.web.requests.reading import read, write
from crm.web.words.fields import label_of
from crm.web.words.formats import reader_formats

blueprint = Blueprint("invoice_drafting", __name__, url_prefix="/invoices/from")
MOST_BEFORE = 50
PLACES = 4


@blueprint.get("/quote/<id:quote_id>")
@permit("invoices.write")
def show_from_quote(quote_id: int) -> str:
    return _render("quote", quote_id)


@blueprint.post("/quote/<id:quote_id>")
@permit("invoices.write")
def draft_from_quote(quote_id: int) -> ResponseReturnValue:
    return _draft("quote", quote_id)


@blueprint.get("/deal/<id:deal_id>")
@permit("invoices.write")
def show_from_deal(deal_id: int) -> str:
    return _render("deal", deal_id)


@blueprint.post("/deal/<id:deal_id>")
@permit("invoices.write")
def draft_from_deal(deal_id: int) -> ResponseReturnValue:
    return _draft("deal", deal_id)


def _draft(kind: str, source_id: int) -> ResponseReturnValue:
    """A share is of a deposit or a part; a form without scripts sends it with the others, too."""
    chosen, typed = request.form.get("type", "invoice"), request.form.get("share", "").strip()
    given: dict[str, Any] = {f"{kind}_id": source_id, "type": chosen}
    if typed and chosen in ("deposit", "part"):
        given["share"] = plain_number(typed.removesuffix("%").strip(), PLACES, reader_formats().decimal)
    try:
        made = write(create_invoice, parse_fields(InvoiceFields, given))
    except (Conflict, Invalid) as error:
        return _render(kind, source_id, error), status_of(error)
    return redirect(url_for("invoice_record.show", invoice_id=made.id), 303)


def _render(kind: str, source_id: int, error: CrmError | None = None) -> str:
    source, before = read(_read_source, kind, source_id)
    words = known_words().by_name[kind]
    return render_template(
        "invoices/draft.html",
        source=source,
        words=words,
        name=getattr(source, words.kind.known_by or "id"),
        before=before,
        values=request.form,
        labels={name: label_of(name) for name in ("type", "share", "lines")},
        **refusal(error),
    )


def _read_source(tx: Transaction, kind: str, source_id: int) -> tuple[Any, list[InvoiceInList]]:
    """With the invoices that there are of its order, the newest first. Raises NotFound."""
    source: Any = get_quote(tx, source_id) if kind == "quote" else get_deal(tx, source_id)
    quote_id, deal_id = (source_id, None) if kind == "quote" else (None, source_id)
    return source, invoices_of_order(tx, quote_id=quote_id, deal_id=deal_id, most=MOST_BEFORE)
