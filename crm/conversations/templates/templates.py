"""What is said again and again: templates that WhatsApp approved, and quick replies of our own."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.activity import activity
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields, TemplateUse
from crm.conversations.templates.placeholders import fill_places, find_places
from crm.conversations.transport.outgoing import HeaderMedia
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, NotFound
from crm.fields import name_key

APPROVED = "approved"
MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """`button` counts all buttons of the template from 0; the address has a place."""

    button: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """`places` fill its text, `header_place` its header; `account_id` is the account that it came from.

    `status` is what the channel says of it, with the `problem`; `category` is marketing, utility or another.
    """

    id: int
    name: str
    language: str
    body: str
    account_id: str | None
    header: str | None
    header_media: HeaderMedia | None
    links: list[LinkButton]
    category: str | None
    status: str
    problem: str | None
    places: list[str] = field(init=False)
    header_place: str | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", find_places(self.body))
        object.__setattr__(self, "header_place", next(iter(find_places(self.header or "")), None))


@dataclass(frozen=True, slots=True)
class QuickReply:
    id: int
    title: str
    text: str


def list_templates(tx: Transaction) -> list[MessageTemplate]:
    return [_template(row) for row in tx.all(f"{_SELECT} ORDER BY name, language")]


def get_template(tx: Transaction, template_id: int) -> MessageTemplate:
    """Raises NotFound."""
    row = tx.one(f"{_SELECT} AND id = :template_id", template_id=template_id)
    if row is None:
        raise NotFound("There is no such template.")
    return _template(row)


def add_template(tx: Transaction, fields: TemplateFields) -> MessageTemplate:
    """Raises Conflict when there is one of this name and language."""
    template_id = tx.value(
        """
        INSERT INTO message_templates (workspace_id, name, language, body, header, header_media, links,
                                       category, created_at)
        VALUES (:workspace_id, :name, :language, :body, :header, :header_media, :links,
                :category, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        **columns_of(fields),
    )
    if template_id is None:
        raise Conflict("There is a template of this name and language already.")
    activity.record(tx, "template.added", "template", template_id, after=facts_of(fields))
    return get_template(tx, template_id)


def columns_of(fields: TemplateFields) -> dict[str, Any]:
    values = fields.model_dump()
    return {**values, "links": orjson.dumps(values["links"]).decode()}


def facts_of(fields: TemplateFields) -> dict[str, Any]:
    """What the ledger tells of it."""
    return {name: value for name, value in fields.model_dump().items() if value not in (None, [])}


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


def find_template(tx: Transaction, use: TemplateUse) -> MessageTemplate | None:
    """The one that is meant, where it is known here."""
    row = tx.one(f"{_SELECT} AND name = :name AND language = :language", name=use.name, language=use.language)
    return _template(row) if row else None


def show_template(known: MessageTemplate | None, use: TemplateUse) -> str:
    """What the customer reads, where the template is known here; else its name and parameters."""
    told = [*use.parameters, *use.named_parameters.values()]
    if known is None:
        return f"{use.name}: {', '.join(told)}" if told else use.name
    numbered = {str(number): text for number, text in enumerate(use.parameters, 1)}
    body = fill_places(known.body, {**numbered, **use.named_parameters})
    if known.header is None:
        return body
    above = {known.header_place or "": use.header} if use.header is not None else {}
    return f"{fill_places(known.header, above)}\n{body}"


_SELECT = """
    SELECT id, name, language, body, account_id, header, header_media, links, category, status, problem
      FROM message_templates
     WHERE workspace_id = :workspace_id
"""


def _template(row: Row) -> MessageTemplate:
    return MessageTemplate(**{**row, "links": [LinkButton(**link) for link in orjson.loads(row["links"])]})
