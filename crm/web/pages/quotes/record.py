"""The page of a quote: its lines and sums, and what happened to it."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.db.transaction import Transaction
from crm.documents.kind import QUOTE
from crm.documents.quote import Quote
from crm.documents.quotes import copy_quote
from crm.web.auth import permit
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.requests.reading import write


def _more(_tx: Transaction, quote: Quote) -> dict[str, Any]:
    return {"numbered": _numbered(quote)}


def _numbered(quote: Quote) -> list[tuple[str, Any]]:
    """The lines with their numbers; sections and texts have none."""
    found, number = [], 0
    for line in quote.lines:
        number += line.kind == "item"
        found.append((str(number) if line.kind == "item" else "", line))
    return found


blueprint = record_blueprint(RecordPage(QUOTE, "quotes/record.html", _more))


@blueprint.post("/copy")
@permit("quotes.write")
def copy(quote_id: int) -> ResponseReturnValue:
    made = write(copy_quote, quote_id)
    return redirect(url_for("quote_form.show_edit", quote_id=made.id), 303)
