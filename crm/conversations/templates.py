"""What is said again and again: templates that WhatsApp approved, and quick replies of our own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm.activity import activity
from crm.conversations.fields import QuickReplyFields, TemplateFields, TemplateUse
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound
from crm.fields import name_key

PLACE = re.compile(r"\{\{\s*(\d{1,2})\s*\}\}")


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """`places` is how many parameters fill it; `account_id` the account at WhatsApp that it came from."""

    id: int
    name: str
    language: str
    body: str
    account_id: str | None
    places: int


@dataclass(frozen=True, slots=True)
class QuickReply:
    id: int
    title: str
    text: str


def list_templates(tx: Transaction) -> list[MessageTemplate]:
    rows = tx.all(
        """
        SELECT id, name, language, body, account_id
          FROM message_templates
         WHERE workspace_id = :workspace_id
         ORDER BY name, language
        """
    )
    return [MessageTemplate(**row, places=count_places(row["body"])) for row in rows]


def get_template(tx: Transaction, template_id: int) -> MessageTemplate:
    """Raises NotFound."""
    found = [each for each in list_templates(tx) if each.id == template_id]
    if not found:
        raise NotFound("There is no such template.")
    return found[0]


def add_template(tx: Transaction, fields: TemplateFields) -> MessageTemplate:
    """Raises Conflict when there is one of this name and language."""
    template_id = tx.value(
        """
        INSERT INTO message_templates (workspace_id, name, language, body, created_at)
        VALUES (:workspace_id, :name, :language, :body, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        **fields.model_dump(),
    )
    if template_id is None:
        raise Conflict("There is a template of this name and language already.")
    activity.record(tx, "template.added", "template", template_id, after=fields.model_dump())
    return MessageTemplate(
        template_id, fields.name, fields.language, fields.body, None, count_places(fields.body)
    )


def remove_template(tx: Transaction, template_id: int) -> None:
    """From the choice; what was sent stays. Raises NotFound."""
    gone = tx.one(
        """
        DELETE FROM message_templates
         WHERE workspace_id = :workspace_id
           AND id = :template_id
        RETURNING name, language, body
        """,
        template_id=template_id,
    )
    if gone is None:
        raise NotFound("There is no such template.")
    activity.record(tx, "template.removed", "template", template_id, before=gone)


def list_quick_replies(tx: Transaction) -> list[QuickReply]:
    rows = tx.all(
        """
        SELECT id, title, text
          FROM quick_replies
         WHERE workspace_id = :workspace_id
         ORDER BY title_key
        """
    )
    return [QuickReply(**row) for row in rows]


def add_quick_reply(tx: Transaction, fields: QuickReplyFields) -> QuickReply:
    """Raises Conflict when there is one of this title."""
    reply_id = tx.value(
        """
        INSERT INTO quick_replies (workspace_id, title, title_key, text, created_at)
        VALUES (:workspace_id, :title, :title_key, :text, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        title=fields.title,
        title_key=name_key(fields.title),
        text=fields.text,
    )
    if reply_id is None:
        raise Conflict("There is a quick reply of this title already.")
    activity.record(tx, "quick_reply.added", "quick_reply", reply_id, after=fields.model_dump())
    return QuickReply(reply_id, fields.title, fields.text)


def remove_quick_reply(tx: Transaction, reply_id: int) -> None:
    """Raises NotFound."""
    gone = tx.one(
        """
        DELETE FROM quick_replies
         WHERE workspace_id = :workspace_id
           AND id = :reply_id
        RETURNING title, text
        """,
        reply_id=reply_id,
    )
    if gone is None:
        raise NotFound("There is no such quick reply.")
    activity.record(tx, "quick_reply.removed", "quick_reply", reply_id, before=gone)


def show_template(tx: Transaction, use: TemplateUse) -> str:
    """What the customer reads, where the template is known here; else its name and parameters."""
    body = tx.value(
        """
        SELECT body
          FROM message_templates
         WHERE workspace_id = :workspace_id
           AND name = :name
           AND language = :language
        """,
        name=use.name,
        language=use.language,
    )
    if body is None:
        return f"{use.name}: {', '.join(use.parameters)}" if use.parameters else use.name
    return fill_places(body, use.parameters)


def fill_places(body: str, parameters: Sequence[str]) -> str:
    """A place without a parameter stays as it is."""

    def fill(place: re.Match[str]) -> str:
        number = int(place[1])
        return parameters[number - 1] if 0 < number <= len(parameters) else place[0]

    return PLACE.sub(fill, body)


def count_places(body: str) -> int:
    return max((int(number) for number in PLACE.findall(body)), default=0)
