"""Issuing an invoice: its number, days and content in one transaction. From then on it stays as it is."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson

from crm.catalogue.days_in_stock import workspace_today
from crm.db.transaction import Transaction
from crm.documents.deductions import refuse_second_final
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice, invoice_facts
from crm.documents.invoice_index import index_invoice
from crm.documents.invoice_parties import Parties, find_parties, refuse_incomplete
from crm.documents.invoice_reading import print_now
from crm.documents.invoices import refuse_issued
from crm.documents.order_limits import refuse_beyond_order
from crm.documents.taking_off import taken_off
from crm.errors import Conflict, Invalid
from crm.money import as_stored
from crm.numbers.issuing import assign_number, next_number
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale


def issue_invoice(tx: Transaction, invoice_id: int, *, expected_version: int | None = None) -> Invoice:
    """Raises NotFound, Stale, Conflict for one that was issued, and Invalid naming each field that the law
    asks for and that is missing; then no number is used.
    """
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    refuse_issued(invoice)
    if not any(line.kind == "item" for line in invoice.lines):
        raise Invalid.field("lines", "are required")
    facts = invoice_facts(invoice)
    refuse_second_final(tx, facts)
    total = Decimal(str(invoice.total))
    refuse_beyond_order(tx, facts, total)
    off = taken_off(tx, facts, total)
    due = as_stored(total) - off["deducted_minor"]
    if due < 0:
        raise Conflict(
            "Deposits, parts and trade-ins come to more than this invoice. Make a credit note of one first."
        )
    parties = find_parties(tx, invoice)
    refuse_incomplete(invoice, parties)
    today = workspace_today(tx)
    number = next_number(tx, "invoice")
    _store(tx, invoice, number, today, {**off, "due": due})
    assign_number(tx, "invoice", number, "invoice", invoice_id)
    index_invoice(tx, invoice_id)
    issued = get_invoice(tx, invoice_id)
    _keep_content(tx, issued, parties)
    record_change(tx, "invoice.issued", INVOICE_RECORD, (invoice, issued), facts=invoice_facts)
    return issued


def _store(tx: Transaction, invoice: Invoice, number: str, today: date, sums: Mapping[str, Any]) -> None:
    """Of an invoice that asks for nothing, nothing is open."""
    state = "issued" if invoice.type == "credit_note" else "open" if sums["due"] else "paid"
    tx.run(
        """
        UPDATE invoices
           SET state = :state, invoice_number = :number, issued_on = :issued_on, due_on = :due_on,
               issued_at = :now, delivered_on = COALESCE(delivered_on, :issued_on), open_minor = :due,
               deductions = :deductions, deducted_minor = :deducted_minor,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=invoice.id,
        state=state,
        number=number,
        issued_on=today.isoformat(),
        due_on=(today + timedelta(days=invoice.payment_days)).isoformat(),
        **{**sums, **({"due": 0} if state == "issued" else {})},
    )


def _keep_content(tx: Transaction, issued: Invoice, parties: Parties) -> None:
    tx.run(
        """
        UPDATE invoices
           SET content = :content, parties = :parties
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=issued.id,
        content=orjson.dumps(print_now(tx, issued, parties)).decode(),
        parties=orjson.dumps(asdict(parties)).decode(),
    )
