"""A quote of a lead, a deal or a template, drafted with one click."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.documents.fields import QuoteFields
from crm.documents.quotes import create_quote
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.requests.forms import number_from
from crm.web.requests.reading import write
from crm.web.responses.toasts import complain
from crm.web.words.fields import sentence_of

blueprint = Blueprint("quote_sources", __name__, url_prefix="/quotes/from")


@blueprint.post("/lead/<id:lead_id>")
@permit("quotes.write")
def draft_from_lead(lead_id: int) -> ResponseReturnValue:
    return _draft({"lead_id": lead_id}, url_for("lead_record.show", lead_id=lead_id))


@blueprint.post("/deal/<id:deal_id>")
@permit("quotes.write", within="deals")
def draft_from_deal(deal_id: int) -> ResponseReturnValue:
    return _draft({"deal_id": deal_id}, url_for("deal_record.show", deal_id=deal_id))


@blueprint.post("/template/<id:template_id>")
@permit("quotes.write")
def draft_from_template(template_id: int) -> ResponseReturnValue:
    """For the client or lead whom the page named."""
    named = {name: number_from(request.form.get(name, ""), name) for name in ("client_id", "lead_id")}
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    return _draft({"template_id": template_id, **given}, url_for("quote_form.show_new", **given))


def _draft(source: dict[str, Any], back: str) -> ResponseReturnValue:
    try:
        made = write(create_quote, parse_fields(QuoteFields, source))
    except (Conflict, Invalid) as error:
        complain(sentence_of(error))
        return redirect(back, 303)
    return redirect(url_for("quote_form.show_edit", quote_id=made.id), 303)
