"""/api/quote-templates: what new quotes begin with."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.db.keyset import Page
from crm.documents.quote_template_fields import QuoteTemplateFields
from crm.documents.quote_templates import (
    QuoteTemplate,
    list_quote_templates,
    list_removed_quote_templates,
    remove_quote_template,
    restore_quote_template,
    save_quote_template,
)
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_quote_templates", __name__, url_prefix="/api/quote-templates")


class RemovedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    deleted: bool = Field(default=False, description="Those that were removed, to restore them")


@blueprint.get("")
@permit("quotes.read")
@contract(query=RemovedQuery, result=QuoteTemplate, many=True)
def list_all() -> Response:
    """List the quote templates"""
    wanted = list_removed_quote_templates if query(RemovedQuery).deleted else list_quote_templates
    return answers.page(Page(read(wanted), None))


@blueprint.post("")
@permit("quotes.write")
@contract(body=QuoteTemplateFields, result=QuoteTemplate, status=201, refusals=(409,))
def add() -> Response:
    """Save a quote template, of a quote or of its own; `template_id` makes a quote of it"""
    fields = json_body(QuoteTemplateFields)
    return answer_once(
        lambda tx: save_quote_template(tx, fields), lambda made: answers.data(made, status=201)
    )


@blueprint.delete("/<id:template_id>")
@permit("quotes.write")
@contract(status=204, refusals=(412,))
def remove(template_id: int) -> Response:
    """Remove a quote template; it can be restored"""
    write(remove_quote_template, template_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:template_id>/restore")
@permit("quotes.write")
@contract(result=QuoteTemplate, refusals=(409,))
def restore(template_id: int) -> Response:
    """Restore a removed quote template"""
    return answer_once(lambda tx: restore_quote_template(tx, template_id), answers.data)
