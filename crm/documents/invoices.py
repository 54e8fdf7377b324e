"""Drafting and changing invoices: row, search and ledger together. What was issued stays."""

from collections.abc import Mapping
from typing import Any

from crm.activity import activity
from crm.custom_fields.uniqueness import copied_custom
from crm.custom_fields.values import (
    check_changed_custom,
    check_new_custom,
    store_custom,
    without_custom,
)
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice, invoice_facts
from crm.documents.invoice_fields import InvoiceChanges, InvoiceFields, given_of
from crm.documents.invoice_index import index_invoice
from crm.documents.invoice_sources import drafted_values
from crm.documents.invoice_values import OWN, changed_invoice_values, invoice_row, new_invoice_values
from crm.errors import Conflict, Sentence
from crm.records.recording import record_change
from crm.records.skeleton import moved_facts, refuse_stale
from crm.records.tags import set_tags

Facts = Mapping[str, Any]


def create_invoice(tx: Transaction, fields: InvoiceFields, *, complete: bool = False) -> Invoice:
    """A draft, from its own lines or those of a quote or deal; it has no number. Where `complete`, each
    custom field that is required must be given. Raises Invalid and Conflict.
    """
    values = check_new_custom(tx, "invoice", drafted_values(tx, fields), complete=complete)
    return draft_invoice(tx, new_invoice_values(tx, values))


def copy_invoice(tx: Transaction, invoice_id: int) -> Invoice:
    """A new draft with the same content, for the same client. Raises NotFound and Invalid."""
    old = get_invoice(tx, invoice_id)
    held = invoice_facts(old)
    apart = {"type": "invoice", "quote_id": None, "deal_id": None, "corrects_id": None}
    facts = without_custom(held) | {"owner_id": tx.actor.user_id or old.owner_id} | apart
    values = new_invoice_values(tx, facts | copied_custom(tx, "invoice", held))
    return draft_invoice(tx, values, came_from=old.name)


def draft_invoice(tx: Transaction, facts: Facts, *, came_from: str | None = None) -> Invoice:
    """Of facts that were checked."""
    invoice_id = tx.insert(
        """
        INSERT INTO invoices (workspace_id, type, state, title, title_key, client_id, quote_id, deal_id,
                              corrects_id, owner_id, currency, language, delivered_on, delivered_until,
                              payment_days, buyer_vat_id, buyer_reference, prices_include_tax, header,
                              footer, discount, discount_minor,
                              lines, deductions, total_minor, net_minor, tax_minor, deducted_minor,
                              created_at, updated_at)
        VALUES (:workspace_id, :type, 'draft', :title, :title_key, :client_id, :quote_id, :deal_id,
                :corrects_id, :owner_id, :currency, :language, :delivered_on, :delivered_until,
                :payment_days, :buyer_vat_id, :buyer_reference, :prices_include_tax, :header,
                :footer, :discount, :discount_minor,
                :lines, :deductions, :total_minor, :net_minor, :tax_minor, :deducted_minor,
                :now, :now)
        RETURNING id
        """,
        **{name: facts[name] for name in ("type", "quote_id", "deal_id", "corrects_id")},
        **invoice_row(tx, facts),
    )
    set_tags(tx, "invoice", invoice_id, facts["tags"])
    store_custom(tx, "invoice", invoice_id, facts)
    invoice = index_invoice(tx, invoice_id)
    facts = invoice_facts(invoice) | moved_facts(INVOICE_RECORD, invoice)
    after = {name: value for name, value in facts.items() if value not in (None, [], 0, False)}
    copied = {"copied_from": came_from} if came_from else {}
    activity.record(tx, "invoice.created", "invoice", invoice_id, after=after | copied)
    return invoice


def change_invoice(
    tx: Transaction, invoice_id: int, changes: InvoiceChanges, *, expected_version: int | None = None
) -> Invoice:
    """Write the given values that differ; if none does, nothing is written.

    Raises NotFound, Stale, Invalid, and Conflict for one that was issued.
    """
    old = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, old, expected_version)
    held = invoice_facts(old)
    given = given_of(changes)
    if old.state != "draft":
        given = _only_own(old, given)
    given = check_changed_custom(tx, "invoice", invoice_id, old.custom, given, whole=False)
    _, after = activity.changes(held, changed_invoice_values(tx, held, given))
    if not after:
        return old
    facts: Facts = held | after
    _update(tx, old, facts)
    if "tags" in after:
        set_tags(tx, "invoice", invoice_id, facts["tags"])
    store_custom(tx, "invoice", invoice_id, after)
    invoice = index_invoice(tx, invoice_id)
    record_change(tx, "invoice.changed", INVOICE_RECORD, (old, invoice), facts=invoice_facts)
    return invoice


def _only_own(old: Invoice, given: dict[str, Any]) -> dict[str, Any]:
    if given.keys() - OWN:
        refuse_issued(old)
    return given


def refuse_issued(invoice: Invoice) -> None:
    """Raises Conflict for one that was issued."""
    if invoice.state != "draft":
        raise Conflict(
            Sentence(
                "Invoice {number} was issued and stays as it is. Make a credit note instead.",
                number=invoice.name,
            )
        )


def _update(tx: Transaction, old: Invoice, facts: Facts) -> None:
    """Of an issued invoice the owner alone; of a draft all."""
    if old.state != "draft":
        tx.run(
            """
            UPDATE invoices
               SET owner_id = :owner_id, version = version + 1, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND id = :invoice_id
            """,
            invoice_id=old.id,
            owner_id=facts["owner_id"],
        )
        return
    tx.run(
        """
        UPDATE invoices
           SET title = :title, title_key = :title_key, client_id = :client_id, owner_id = :owner_id,
               currency = :currency, language = :language, delivered_on = :delivered_on,
               delivered_until = :delivered_until, payment_days = :payment_days,
               buyer_vat_id = :buyer_vat_id, buyer_reference = :buyer_reference,
               prices_include_tax = :prices_include_tax, header = :header, footer = :footer,
               discount = :discount, discount_minor = :discount_minor, lines = :lines,
               deductions = :deductions, total_minor = :total_minor, net_minor = :net_minor,
               tax_minor = :tax_minor, deducted_minor = :deducted_minor,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=old.id,
        **invoice_row(tx, facts),
    )
