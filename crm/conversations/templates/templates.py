"""Templates: texts with placeholders, approved by WhatsApp."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.activity import activity
from crm.conversations.templates.fields import TemplateFields, TemplateUse
from crm.conversations.templates.placeholders import fill_placeholders, find_placeholders
from crm.conversations.transport.outgoing import HeaderMedia
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Sentence
from crm.records.skeleton import Skeleton
from crm.records.template_records import TemplateRecords

TEMPLATE_RECORD = Skeleton(
    "template", "message_templates", Sentence("template"), ("name", "language", "body"), dated=False
)
APPROVED = "approved"
NO_MARKETING = frozenset({"utility", "authentication", "service"})


@dataclass(frozen=True)
class LinkButton:
    """`button` counts all buttons of the template from 0; the address has a place."""

    button: int
    text: str
    url: str


@dataclass(frozen=True)
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
    version: int
    deleted_at: str | None
    places: list[str] = field(init=False)
    header_place: str | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", find_placeholders(self.body))
        object.__setattr__(self, "header_place", next(iter(find_placeholders(self.header or "")), None))


_SELECT = """
    SELECT id, name, language, body, account_id, header, header_media, links, category, status, problem,
           version, deleted_at
      FROM message_templates
     WHERE workspace_id = :workspace_id
"""


def _template(row: Row) -> MessageTemplate:
    return MessageTemplate(**{**row, "links": [LinkButton(**link) for link in orjson.loads(row["links"])]})


def _refuse_taken(tx: Transaction, template: MessageTemplate) -> None:
    if _live(tx, template.name, template.language) is not None:
        raise Conflict("A template with this name and language already exists.")


TEMPLATES = TemplateRecords(
    record=TEMPLATE_RECORD,
    select=_SELECT,
    order="name, language",
    made=_template,
    refuse_taken=_refuse_taken,
)
list_templates = TEMPLATES.choice
list_removed_templates = TEMPLATES.removed
get_template = TEMPLATES.get
remove_template = TEMPLATES.remove
restore_template = TEMPLATES.restore


def find_template(tx: Transaction, use: TemplateUse) -> MessageTemplate | None:
    """The one that is meant, where it is known here."""
    row = _live(tx, use.name, use.language)
    return _template(row) if row else None


def _live(tx: Transaction, name: str, language: str) -> Row | None:
    return tx.one(
        f"{_SELECT} AND name = :name AND language = :language AND deleted_at IS NULL",
        name=name,
        language=language,
    )


def add_template(tx: Transaction, fields: TemplateFields) -> MessageTemplate:
    """Raises Conflict when there is one of this name and language."""
    template_id = tx.value(
        """
        INSERT INTO message_templates (workspace_id, name, language, body, header, header_media, links,
                                       category, created_at)
        VALUES (:workspace_id, :name, :language, :body, :header, :header_media, :links,
                :category, :now)
            ON CONFLICT (workspace_id, name, language) WHERE deleted_at IS NULL DO NOTHING
        RETURNING id
        """,
        **columns_of(fields),
    )
    if template_id is None:
        raise Conflict("A template with this name and language already exists.")
    made = get_template(tx, template_id)
    after = {**template_facts(fields), "status": made.status}
    activity.record(tx, "template.created", "template", template_id, after=after)
    return made


def columns_of(fields: TemplateFields) -> dict[str, Any]:
    values = fields.model_dump()
    return {**values, "links": orjson.dumps(values["links"]).decode()}


def template_facts(fields: TemplateFields) -> dict[str, Any]:
    """The values for the ledger."""
    return {name: value for name, value in fields.model_dump().items() if value not in (None, [])}


def may_be_marketing(tx: Transaction, name: str, language: str) -> bool:
    """Whether it is not known to be something else. One that was removed since it was written counts, too."""
    category = tx.value(
        """
        SELECT category
          FROM message_templates
         WHERE workspace_id = :workspace_id
           AND name = :name
           AND language = :language
         ORDER BY COALESCE(deleted_at, '9999') DESC, id DESC
         LIMIT 1
        """,
        name=name,
        language=language,
    )
    return str(category or "").strip().lower() not in NO_MARKETING


def show_template(known: MessageTemplate | None, use: TemplateUse) -> str:
    """The text that the customer reads, if the template is known here; else its name and parameters."""
    values = [*use.parameters, *use.named_parameters.values()]
    if known is None:
        return f"{use.name}: {', '.join(values)}" if values else use.name
    numbered = {str(number): text for number, text in enumerate(use.parameters, 1)}
    body = fill_placeholders(known.body, {**numbered, **use.named_parameters})
    if known.header is None:
        return body
    above = {known.header_place or "": use.header} if use.header is not None else {}
    return f"{fill_placeholders(known.header, above)}\n{body}"
