"""Templates of quotes: what new quotes begin with."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity import activity
from crm.db.transaction import Row, Transaction
from crm.documents.fields import QuoteFields, given_values
from crm.documents.product_lines import without_lost_products
from crm.documents.quote import find_quote, quote_facts
from crm.documents.quote_template_fields import QuoteTemplateFields
from crm.documents.validation import new_values
from crm.errors import Invalid, Sentence
from crm.fields import name_key, parse_fields
from crm.records.free_names import refuse_name_taken
from crm.records.skeleton import Skeleton
from crm.records.template_records import TemplateRecords

TEMPLATE_RECORD = Skeleton(
    "quote_template", "quote_templates", Sentence("quote template"), ("name",), known_by="name", dated=False
)
CONTENT = (
    "title", "currency", "language", "prices_include_tax", "header", "footer", "discount", "discount_amount",
    "after_acceptance", "lines",
)  # fmt: skip


@dataclass(frozen=True)
class QuoteTemplate:
    """`content` has the fields of a quote that it gives to a new one."""

    id: int
    name: str
    content: dict[str, Any]
    version: int
    deleted_at: str | None


_SELECT = """
    SELECT id, name, content, version, deleted_at
      FROM quote_templates
     WHERE workspace_id = :workspace_id
"""


def _template(row: Row) -> QuoteTemplate:
    return QuoteTemplate(**row | {"content": orjson.loads(row["content"])})


QUOTE_TEMPLATES = TemplateRecords(record=TEMPLATE_RECORD, select=_SELECT, order="name_key", made=_template)
list_quote_templates = QUOTE_TEMPLATES.choice
list_removed_quote_templates = QUOTE_TEMPLATES.removed
find_quote_template = QUOTE_TEMPLATES.find
get_quote_template = QUOTE_TEMPLATES.get
remove_quote_template = QUOTE_TEMPLATES.remove
restore_quote_template = QUOTE_TEMPLATES.restore


def save_quote_template(tx: Transaction, fields: QuoteTemplateFields) -> QuoteTemplate:
    """Raises Invalid, and Conflict when there is one of this name."""
    refuse_name_taken(tx, TEMPLATE_RECORD, fields.name)
    template_id = tx.insert(
        """
        INSERT INTO quote_templates (workspace_id, name, name_key, content, created_at)
        VALUES (:workspace_id, :name, :name_key, :content, :now)
        RETURNING id
        """,
        name=fields.name,
        name_key=name_key(fields.name),
        content=orjson.dumps(_content(tx, fields)).decode(),
    )
    made = get_quote_template(tx, template_id)
    after = {"name": made.name, "content": made.content}
    activity.record(tx, "quote_template.created", "quote_template", template_id, after=after)
    return made


def _content(tx: Transaction, fields: QuoteTemplateFields) -> dict[str, Any]:
    """As a quote would keep it."""
    given = fields.model_dump(include=fields.model_fields_set - {"name", "quote_id"})
    if fields.quote_id is not None:
        quote = find_quote(tx, fields.quote_id)
        if quote is None or quote.deleted_at is not None:
            raise Invalid.field("quote_id", "is not a quote of this workspace")
        facts = quote_facts(quote)
        given = {name: facts[name] for name in CONTENT} | given
    kept = new_values(tx, given_values(parse_fields(QuoteFields, given)))
    return {name: kept[name] for name in CONTENT}


def values_of_template(tx: Transaction, template_id: int) -> dict[str, Any]:
    """What it gives to a new quote; products that are gone are lines without one. Raises Invalid."""
    template = find_quote_template(tx, template_id)
    if template is None or template.deleted_at is not None:
        raise Invalid.field("template_id", "is not a quote template of this workspace")
    content = {name: value for name, value in template.content.items() if name in CONTENT}
    values = given_values(parse_fields(QuoteFields, content))
    return {name: values[name] for name in CONTENT} | {"lines": without_lost_products(tx, values["lines"])}
