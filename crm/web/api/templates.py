"""/api/message-templates and /api/quick-replies: what is said again and again."""

from flask import Blueprint, Response

from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.templates import (
    MessageTemplate,
    QuickReply,
    add_quick_reply,
    add_template,
    list_quick_replies,
    list_templates,
    remove_quick_reply,
    remove_template,
)
from crm.db.keyset import Page
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_templates", __name__, url_prefix="/api")


@blueprint.get("/message-templates")
@permit("conversations.read")
@contract(result=MessageTemplate, many=True)
def list_all() -> Response:
    """List the templates to choose from"""
    return answers.page(Page(read(list_templates), None))


@blueprint.post("/message-templates")
@permit("channels.manage")
@contract(body=TemplateFields, result=MessageTemplate, status=201, refusals=(409,))
def add() -> Response:
    """Add a template as WhatsApp approved it"""
    fields = json_body(TemplateFields)
    return answer_once(lambda tx: add_template(tx, fields), lambda made: answers.data(made, status=201))


@blueprint.delete("/message-templates/<id:template_id>")
@permit("channels.manage")
@contract(status=204)
def remove(template_id: int) -> Response:
    """Remove a template from the choice"""
    write(remove_template, template_id)
    return answers.no_content()


@blueprint.get("/quick-replies")
@permit("conversations.read")
@contract(result=QuickReply, many=True)
def list_replies() -> Response:
    """List the quick replies"""
    return answers.page(Page(read(list_quick_replies), None))


@blueprint.post("/quick-replies")
@permit("conversations.write")
@contract(body=QuickReplyFields, result=QuickReply, status=201, refusals=(409,))
def add_reply() -> Response:
    """Add a quick reply"""
    fields = json_body(QuickReplyFields)
    return answer_once(lambda tx: add_quick_reply(tx, fields), lambda made: answers.data(made, status=201))


@blueprint.delete("/quick-replies/<id:reply_id>")
@permit("conversations.write")
@contract(status=204)
def remove_reply(reply_id: int) -> Response:
    """Remove a quick reply"""
    write(remove_quick_reply, reply_id)
    return answers.no_content()
