"""An invoice or a credit note as it is read."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any

import orjson

from crm.catalogue.days_in_stock import workspace_today
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.list_parts import ListRow
from crm.db.transaction import Transaction
from crm.documents.deductions import Deduction, sum_of
from crm.documents.invoice_lines import (
    InvoiceTax,
    PricedInvoiceLine,
    taxes_of,
    totals_of_invoice,
    with_net,
    written_line,
)
from crm.documents.lines import plain
from crm.errors import Sentence
from crm.money import as_major
from crm.records.seen import name_of, only_seen
from crm.records.skeleton import Skeleton, facts_of, live
from crm.records.tags import tags_in, tags_of

FACTS = (
    "type", "title", "client_id", "quote_id", "deal_id", "corrects_id", "owner_id", "currency", "language",
    "delivered_on", "delivered_until", "payment_days", "buyer_vat_id", "buyer_reference",
    "prices_include_tax", "header", "footer", "discount", "discount_amount", "lines", "tags",
)  # fmt: skip
MOVED = (
    "name", "invoice_number", "state", "issued_on", "issued_at", "due_on", "reminder_level", "reminded_at",
    "total", "total_net", "total_tax", "deducted", "deductions", "due", "paid", "credited", "open",
)  # fmt: skip
INVOICE_RECORD = Skeleton("invoice", "invoices", Sentence("invoice"), FACTS, customized=True, moved=MOVED)


@dataclass
class InvoiceInList:
    """An invoice without its lines and texts. `name` is its number, or # and its id while it is a draft.

    `due` is the total less deposits that it takes off, `open` what of that is neither paid nor credited;
    below 0 it is owed to the client. `overdue`: something is open after the day it was due, in the zone of
    the workspace.
    """

    id: int
    name: str
    invoice_number: str | None
    type: str
    state: str
    overdue: bool
    title: str | None
    client_id: int | None
    client_name: str | None
    quote_id: int | None
    quote_number: str | None
    deal_id: int | None
    deal_number: str | None
    corrects_id: int | None
    owner_id: int | None
    owner_name: str | None
    currency: str
    language: str
    issued_on: str | None
    due_on: str | None
    delivered_on: str | None
    delivered_until: str | None
    payment_days: int
    prices_include_tax: bool
    total: int | float
    total_net: int | float
    total_tax: int | float
    due: int | float
    paid: int | float
    credited: int | float
    open: int | float
    reminder_level: int
    reminded_at: str | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("invoice")]


@dataclass
class Invoice(InvoiceInList):
    """`discount` is percent and `discount_amount` money off the sum; `discount_total` is what both make.
    `deductions` are the deposits and parts that a final invoice takes off, `traded_in` is what a trade-in
    pays of it, and `deducted` what both come to.
    `corrects_name` is the number of the invoice that a credit note is of.
    """

    corrects_name: str | None
    issued_at: str | None
    buyer_vat_id: str | None
    buyer_reference: str | None
    header: str | None
    footer: str | None
    discount: int | float
    discount_amount: int | float
    deducted: int | float
    deductions: list[Deduction]
    traded_in: int | float
    lines: list[PricedInvoiceLine]
    taxes: list[InvoiceTax]
    discount_total: int | float


OVERDUE = "(i.state IN ('open', 'partly_paid') AND i.due_on < :today)"


def invoice_columns(tx: Transaction) -> str:
    return f"""
       i.id, i.name, i.invoice_number, i.type, i.state, {OVERDUE} AS overdue, i.title, i.client_id,
       {name_of(tx, "client", "i.client_id", "client")} AS client_name, i.quote_id,
       {name_of(tx, "quote", "i.quote_id", "quote")} AS quote_number, i.deal_id,
       {name_of(tx, "deal", "i.deal_id", "deal")} AS deal_number, i.corrects_id, i.owner_id,
       (SELECT owner.name FROM users owner
         WHERE owner.workspace_id = :workspace_id AND owner.id = i.owner_id) AS owner_name,
       i.currency, i.language, i.issued_on, i.due_on, i.delivered_on, i.delivered_until, i.payment_days,
       i.prices_include_tax, i.total_minor AS total, i.net_minor AS total_net, i.tax_minor AS total_tax,
       i.total_minor - i.deducted_minor AS due, i.paid_minor AS paid, i.credited_minor AS credited,
       i.open_minor AS open, i.reminder_level, i.reminded_at,
       {tags_of("invoice", "i.id")} AS tags,
       i.version, i.created_at, i.updated_at, i.deleted_at, i.custom
"""


NAMES = tuple(field.name for field in fields(InvoiceInList))
MONEY = ("total", "total_net", "total_tax", "due", "paid", "credited", "open")


def in_list(tx: Transaction) -> Callable[[ListRow], InvoiceInList]:
    """Makes one of a row of `invoice_columns`."""
    custom = custom_fields_of(tx, "invoice")
    return lambda row: InvoiceInList(**_values(dict(zip(NAMES, row, strict=True)), custom))


def _values(found: dict[str, Any], custom: CustomFields) -> dict[str, Any]:
    money = {name: as_major(found[name]) for name in MONEY}
    flags = {name: bool(found[name]) for name in ("overdue", "prices_include_tax")}
    own = {"tags": tags_in(found["tags"]), "custom": custom.values_in(found["custom"])}
    return found | money | flags | own


def find_invoice(tx: Transaction, invoice_id: int) -> Invoice | None:
    """The invoice, live or in the trash."""
    row = tx.one(
        f"""
        SELECT {invoice_columns(tx)}, i.header, i.footer, i.discount, i.discount_minor AS discount_amount,
               i.deducted_minor AS deducted, i.deductions, i.lines, i.issued_at,
               i.buyer_vat_id, i.buyer_reference,
               (SELECT corrected.name FROM invoices corrected
                 WHERE corrected.workspace_id = :workspace_id
                   AND corrected.id = i.corrects_id) AS corrects_name
          FROM invoices i
         WHERE i.workspace_id = :workspace_id
           AND i.id = :invoice_id
           {only_seen(tx, "invoice", "i")}
        """,
        invoice_id=invoice_id,
        today=workspace_today(tx).isoformat(),
    )
    return None if row is None else _whole(_values(dict(row), custom_fields_of(tx, "invoice")))


def _whole(found: dict[str, Any]) -> Invoice:
    deductions = [Deduction(**each) for each in orjson.loads(found["deductions"])]
    found["traded_in"] = found["deducted"] - sum_of(deductions)
    found |= {
        name: as_major(found[name]) for name in ("discount", "discount_amount", "deducted", "traded_in")
    }
    lines = orjson.loads(found["lines"])
    totals = totals_of_invoice(found | {"lines": lines})
    return Invoice(
        **found
        | {
            "lines": with_net(lines, totals),
            "deductions": deductions,
            "taxes": taxes_of(lines, totals),
            "discount_total": plain(totals.discount),
        }
    )


def get_invoice(tx: Transaction, invoice_id: int) -> Invoice:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(INVOICE_RECORD, find_invoice(tx, invoice_id))


def invoice_facts(invoice: Invoice) -> dict[str, Any]:
    """What people wrote of it, as the ledger keeps it."""
    return facts_of(INVOICE_RECORD, invoice) | {"lines": [written_line(line) for line in invoice.lines]}
