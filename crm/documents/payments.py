"""Payments of an invoice: what is open falls by each, and what is owed to the client by each refund.

One that was entered wrong is taken back, and stays.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.catalogue.days_in_stock import workspace_today
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice, invoice_facts
from crm.documents.open_amounts import update_open
from crm.documents.payment_fields import PaymentFields
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.money import as_major, as_stored, check_places
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale


@dataclass(frozen=True, slots=True)
class Payment:
    """`taken_back_at` is set for one that was entered wrong: it does not count. The amount of a refund is
    below 0.
    """

    id: int
    invoice_id: int
    amount: int | float
    paid_on: str
    method: str | None
    note: str | None
    taken_back_at: str | None
    created_by: int | None
    created_by_name: str | None
    created_at: str


PAYMENTS = """
    SELECT p.id, p.invoice_id, p.amount_minor AS amount, p.paid_on, p.method, p.note, p.taken_back_at,
           p.created_by,
           (SELECT u.name FROM users u
             WHERE u.workspace_id = :workspace_id AND u.id = p.created_by) AS created_by_name,
           p.created_at
      FROM invoice_payments p
     WHERE p.workspace_id = :workspace_id
       AND p.invoice_id = :invoice_id
"""


def list_payments(tx: Transaction, invoice_id: int) -> list[Payment]:
    """The newest first. Raises NotFound."""
    get_invoice(tx, invoice_id)
    rows = tx.all(f"{PAYMENTS} ORDER BY p.id DESC LIMIT 500", invoice_id=invoice_id)
    return [_payment_of(row) for row in rows]


def get_payment(tx: Transaction, invoice_id: int, payment_id: int) -> Payment:
    """Raises NotFound."""
    get_invoice(tx, invoice_id)
    row = tx.one(f"{PAYMENTS} AND p.id = :payment_id", invoice_id=invoice_id, payment_id=payment_id)
    if row is None:
        raise NotFound("There is no such payment.")
    return _payment_of(row)


def _payment_of(row: Any) -> Payment:
    return Payment(**dict(row) | {"amount": as_major(row["amount"])})


def add_payment(
    tx: Transaction, invoice_id: int, fields: PaymentFields, *, expected_version: int | None = None
) -> Payment:
    """Raises NotFound, Stale, Conflict where nothing is open or owed, and Invalid for more than that."""
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    _refuse_unpayable(invoice, refund=fields.refund)
    _check_amount(invoice, fields)
    today = workspace_today(tx)
    if fields.paid_on is not None and fields.paid_on > today:
        raise Invalid.field("paid_on", "may not be after today")
    payment_id = tx.insert(
        """
        INSERT INTO invoice_payments (workspace_id, invoice_id, amount_minor, paid_on, method, note,
                                      created_by, created_at)
        VALUES (:workspace_id, :invoice_id, :amount, :paid_on, :method, :note,
                :actor_id, :now)
        RETURNING id
        """,
        invoice_id=invoice_id,
        amount=as_stored(-fields.amount if fields.refund else fields.amount),
        paid_on=(fields.paid_on or today).isoformat(),
        method=fields.method,
        note=fields.note,
    )
    update_open(tx, invoice_id)
    payment = get_payment(tx, invoice_id, payment_id)
    action = "invoice.refunded" if fields.refund else "invoice.paid"
    states, told = (invoice, get_invoice(tx, invoice_id)), _facts(payment)
    record_change(tx, action, INVOICE_RECORD, states, facts=invoice_facts, told=told)
    return payment


def take_back_payment(tx: Transaction, invoice_id: int, payment_id: int) -> Payment:
    """It counts no longer. Raises NotFound, and Conflict for one that was taken back already."""
    invoice, payment = get_invoice(tx, invoice_id), get_payment(tx, invoice_id, payment_id)
    if payment.taken_back_at is not None:
        raise Conflict("This payment has been voided already.")
    tx.run(
        """
        UPDATE invoice_payments
           SET taken_back_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :payment_id
        """,
        payment_id=payment_id,
    )
    update_open(tx, invoice_id)
    action, states = "invoice.payment_taken_back", (invoice, get_invoice(tx, invoice_id))
    record_change(tx, action, INVOICE_RECORD, states, facts=invoice_facts, lost=_facts(payment))
    return get_payment(tx, invoice_id, payment_id)


def _check_amount(invoice: Invoice, fields: PaymentFields) -> None:
    check_places(fields.amount, invoice.currency, "amount")
    if as_stored(fields.amount) <= abs(_stored_open(invoice)):
        return
    words = (
        "is more than the {open} that is owed" if fields.refund else "is more than the {open} that is open"
    )
    raise Invalid.field("amount", Sentence(words, open=str(abs(invoice.open))))


def _refuse_unpayable(invoice: Invoice, *, refund: bool) -> None:
    if invoice.state == "draft":
        raise Conflict("A draft cannot be paid. Issue it first.")
    if invoice.type == "credit_note":
        raise Conflict("A credit note cannot be paid.")
    if refund and invoice.open >= 0:
        raise Conflict(Sentence("Nothing of invoice {number} is owed to the client.", number=invoice.name))
    if not refund and invoice.open <= 0:
        raise Conflict(Sentence("Nothing is open on invoice {number}.", number=invoice.name))


def _stored_open(invoice: Invoice) -> int:
    return as_stored(Decimal(str(invoice.open)))


def _facts(payment: Payment) -> dict[str, Any]:
    return {"amount": payment.amount, "paid_on": payment.paid_on}
