"""Rules for rows of invoices and payments that come from a file or backup."""

from crm.documents.deductions import Deduction
from crm.documents.invoice_fields import MOST_DAYS, InvoiceLine, Reference
from crm.documents.invoice_parties import Parties
from crm.documents.payment_fields import Method, PaymentNote
from crm.documents.reminders import LEVELS
from crm.documents.rows import DOCUMENT, MAIL, MONEY, SOUGHT, title_key
from crm.money import MOST, as_stored
from crm.numbers.formats import GivenNumber
from crm.records.keys import sort_key
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    day,
    fits,
    ids,
    json_of,
    key_of,
    moments,
    whole_number,
)

SIGNED = whole_number(-as_stored(MOST), as_stored(MOST))

INVOICE_ROWS = {
    "invoices": RowRules(
        columns(
            **DOCUMENT,
            invoice_number=fits(GivenNumber),
            name=any_text(SOUGHT),
            **ids("client_id", "quote_id", "deal_id", "corrects_id", "owner_id"),
            **dict.fromkeys(("delivered_on", "delivered_until", "issued_on", "due_on"), day),
            payment_days=whole_number(0, MOST_DAYS),
            buyer_vat_id=fits(Reference),
            buyer_reference=fits(Reference),
            **dict.fromkeys(("deducted_minor", "paid_minor", "credited_minor"), MONEY),
            **dict.fromkeys(("tax_minor", "open_minor"), SIGNED),
            lines=json_of(list[InvoiceLine], list),
            deductions=json_of(list[Deduction], list),
            content=json_of(),
            parties=json_of(Parties),
            reminder_level=whole_number(0, LEVELS),
            **moments("issued_at", "reminded_at"),
        ),
        made={"title_key": title_key, "name_key": key_of("name", sort_key)},
    ),
    "invoice_mails": RowRules(
        columns(
            **MAIL,
            **ids("invoice_id", "created_by"),
            level=whole_number(0, LEVELS),
            **moments("due_at", "sent_at"),
        )
    ),
    "invoice_payments": RowRules(
        columns(
            **ids("invoice_id", "created_by"),
            amount_minor=MONEY,
            paid_on=day,
            method=fits(Method),
            note=fits(PaymentNote),
            **moments("taken_back_at"),
        )
    ),
}
