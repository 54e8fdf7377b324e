"""/api/message-templates and /api/quick-replies: ready-made texts."""

from flask import Blueprint, Response

from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import (
    QuickReply,
    add_quick_reply,
    list_quick_replies,
    list_removed_replies,
    remove_quick_reply,
    restore_quick_reply,
)
from crm.conversations.templates.templates import (
    MessageTemplate,
    add_template,
    list_removed_templates,
    list_templates,
    remove_template,
    restore_template,
)
from crm.db.keyset import Page
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import DeletedQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_templates", __name__, url_prefix="/api")


@blueprint.get("/message-templates")
@permit("conversations.read")
@contract(query=DeletedQuery, result=MessageTemplate, many=True)
def list_all() -> Response:
    """List the templates"""
    wanted = list_removed_templates if query(DeletedQuery).deleted else list_templates
    return answers.page(Page(read(wanted), None))


@blueprint.post("/message-templates")
@permit("channels.manage")
@contract(body=TemplateFields, result=MessageTemplate, status=201, refusals=(409,))
def add() -> Response:
    """Add a template as WhatsApp approved it"""
    fields = json_body(TemplateFields)
    return answer_once(lambda tx: add_template(tx, fields), lambda made: answers.data(made, status=201))


@blueprint.delete("/message-templates/<id:template_id>")
@permit("channels.manage")
@contract(status=204, refusals=(412,))
def remove(template_id: int) -> Response:
    """Remove a template; it can be restored"""
    write(remove_template, template_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/message-templates/<id:template_id>/restore")
@permit("channels.manage")
@contract(result=MessageTemplate, refusals=(409,))
def restore(template_id: int) -> Response:
    """Restore a removed template"""
    return answer_once(lambda tx: restore_template(tx, template_id), answers.data)


@blueprint.get("/quick-replies")
@permit("conversations.read")
@contract(query=DeletedQuery, result=QuickReply, many=True)
def list_replies() -> Response:
    """List the quick replies"""
    wanted = list_removed_replies if query(DeletedQuery).deleted else list_quick_replies
    return answers.page(Page(read(wanted), None))


@blueprint.post("/quick-replies")
@permit("conversations.write")
@contract(body=QuickReplyFields, result=QuickReply, status=201, refusals=(409,))
def add_reply() -> Response:
    """Add a quick reply"""
    fields = json_body(QuickReplyFields)
    return answer_once(lambda tx: add_quick_reply(tx, fields), lambda made: answers.data(made, status=201))


@blueprint.delete("/quick-replies/<id:reply_id>")
@permit("conversations.write")
@contract(status=204, refusals=(412,))
def remove_reply(reply_id: int) -> Response:
    """Remove a quick reply; it can be restored"""
    write(remove_quick_reply, reply_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/quick-replies/<id:reply_id>/restore")
@permit("conversations.write")
@contract(result=QuickReply, refusals=(409,))
def restore_reply(reply_id: int) -> Response:
    """Restore a removed quick reply"""
    return answer_once(lambda tx: restore_quick_reply(tx, reply_id), answers.data)
