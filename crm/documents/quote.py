"""A quote as it is read."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any

from crm.accounts.zones import calendar_of
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.list_parts import ListRow
from crm.db.transaction import Transaction
from crm.documents.company_fields import AfterAcceptance
from crm.documents.lines import (
    PricedDocumentLine,
    TaxAtRate,
    add_up,
    plain,
    read_quote_lines,
    taxes_in,
    with_amounts,
    written,
)
from crm.errors import Sentence
from crm.money import as_major
from crm.records.seen import name_of, only_seen
from crm.records.skeleton import Skeleton, facts_of, live
from crm.records.tags import tags_in, tags_of

FACTS = (
    "title", "client_id", "lead_id", "owner_id", "currency", "language", "valid_until", "prices_include_tax",
    "header", "footer", "discount", "discount_amount", "after_acceptance", "lines", "tags",
)  # fmt: skip
MOVED = (
    "quote_number", "state", "revision", "sent_at", "answered_at", "answered_by", "answer", "deal_id",
    "total", "total_net", "total_tax",
)  # fmt: skip
QUOTE_RECORD = Skeleton(
    "quote", "quotes", Sentence("quote"), FACTS, known_by="quote_number", customized=True, moved=MOVED
)


@dataclass
class QuoteInList:
    """A quote without its lines and texts. `expired`: it was sent, and is valid no longer.

    `revision` counts what was sent: a change of a quote that was sent begins the next one.
    """

    id: int
    quote_number: str
    title: str | None
    client_id: int | None
    client_name: str | None
    lead_id: int | None
    lead_title: str | None
    owner_id: int | None
    owner_name: str | None
    state: str
    currency: str
    language: str
    valid_until: str | None
    expired: bool
    prices_include_tax: bool
    total: int | float
    total_net: int | float
    total_tax: int | float
    revision: int
    sent_at: str | None
    answered_at: str | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("quote")]


@dataclass
class Quote(QuoteInList):
    """`discount` is percent and `discount_amount` money off the sum; `discount_total` is what both make.
    `answered_by` is the name with which a customer accepted or declined it. `after_acceptance` is None where
    the company says what becomes of it; `deal_id` is the deal that it was made from, or became.
    """

    header: str | None
    footer: str | None
    discount: int | float
    discount_amount: int | float
    answered_by: str | None
    answer: str | None
    after_acceptance: AfterAcceptance | None
    deal_id: int | None
    deal_number: str | None
    lines: list[PricedDocumentLine]
    taxes: list[TaxAtRate]
    discount_total: int | float


def quote_columns(tx: Transaction) -> str:
    return f"""
       q.id, q.quote_number, q.title, q.client_id,
       {name_of(tx, "client", "q.client_id", "client")} AS client_name,
       q.lead_id, {name_of(tx, "lead", "q.lead_id", "lead")} AS lead_title, q.owner_id,
       (SELECT owner.name FROM users owner
         WHERE owner.workspace_id = :workspace_id AND owner.id = q.owner_id) AS owner_name,
       q.state, q.currency, q.language, q.valid_until,
       q.state = 'sent' AND q.valid_until IS NOT NULL AND q.valid_until < :today AS expired,
       q.prices_include_tax, q.total_minor AS total, q.net_minor AS total_net, q.tax_minor AS total_tax,
       q.revision, q.sent_at, q.answered_at,
       {tags_of("quote", "q.id")} AS tags,
       q.version, q.created_at, q.updated_at, q.deleted_at, q.custom
"""


NAMES = tuple(field.name for field in fields(QuoteInList))
MONEY = ("total", "total_net", "total_tax")


def in_list(tx: Transaction) -> Callable[[ListRow], QuoteInList]:
    """Makes one of a row of `quote_columns`."""
    custom = custom_fields_of(tx, "quote")
    return lambda row: QuoteInList(**_values(dict(zip(NAMES, row, strict=True)), custom))


def _values(found: dict[str, Any], custom: CustomFields) -> dict[str, Any]:
    money = {name: as_major(found[name]) for name in MONEY}
    flags = {name: bool(found[name]) for name in ("expired", "prices_include_tax")}
    own = {"tags": tags_in(found["tags"]), "custom": custom.values_in(found["custom"])}
    return found | money | flags | own


def today_of(tx: Transaction) -> str:
    """The actor's day."""
    return calendar_of(tx).today.isoformat()


def find_quote(tx: Transaction, quote_id: int) -> Quote | None:
    """The quote, live or in the trash."""
    row = tx.one(
        f"""
        SELECT {quote_columns(tx)}, q.header, q.footer, q.discount, q.discount_minor AS discount_amount,
               q.answered_by, q.answer, q.after_acceptance, linked.deal_id,
               {name_of(tx, "deal", "linked.deal_id", "deal")} AS deal_number
          FROM quotes q
          LEFT JOIN quote_deals linked ON linked.workspace_id = q.workspace_id AND linked.quote_id = q.id
         WHERE q.workspace_id = :workspace_id
           AND q.id = :quote_id
           AND q.erased_at IS NULL
           {only_seen(tx, "quote", "q")}
        """,
        quote_id=quote_id,
        today=today_of(tx),
    )
    if row is None:
        return None
    return _whole(_values(dict(row), custom_fields_of(tx, "quote")), read_quote_lines(tx, quote_id))


def _whole(found: dict[str, Any], lines: list[dict[str, Any]]) -> Quote:
    found |= {name: as_major(found[name]) for name in ("discount", "discount_amount")}
    totals = add_up(
        lines,
        found["currency"],
        inside=found["prices_include_tax"],
        discount=found["discount"],
        off=found["discount_amount"],
    )
    return Quote(
        **found,
        lines=with_amounts(lines, totals),
        taxes=taxes_in(totals),
        discount_total=plain(totals.discount),
    )


def get_quote(tx: Transaction, quote_id: int) -> Quote:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(QUOTE_RECORD, find_quote(tx, quote_id))


def quote_facts(quote: Quote) -> dict[str, Any]:
    """What people wrote of it, as the ledger keeps it."""
    return facts_of(QUOTE_RECORD, quote) | {"lines": [written(line) for line in quote.lines]}
