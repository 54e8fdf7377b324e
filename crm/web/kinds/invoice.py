"""The words of invoices and credit notes."""

from flask_babel import lazy_gettext as _

from crm.documents.invoice_filters import SORTS
from crm.documents.invoice_kind import INVOICE as INVOICE_KIND
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import (
    Figure,
    KindWords,
    ListWords,
    Saying,
    as_it_is,
    exported_saying,
    usual_sayings,
)
from crm.web.lists.invoice_address import InvoiceAddress
from crm.web.words.formats import Plural, number
from crm.web.words.invoices import STATES, TYPES
from crm.web.words.quotes import lines_text
from crm.web.words.times import day_text


def _plain_number(value: float | str) -> str:
    return value if isinstance(value, str) else number(value)


INVOICE = KindWords(
    kind=INVOICE_KIND,
    one=_("Invoice"),
    many=_("Invoices"),
    this=_("this invoice"),
    some=_("an invoice"),
    icon="file-spreadsheet",
    record="invoice_record.show",
    place=Destination(
        "invoices.list_all", "file-spreadsheet", _("Invoices"), "invoices.read", "", ("invoices.", "invoice_")
    ),
    create=Destination("invoice_form.show_new", "file-spreadsheet", _("New invoice"), "invoices.write", ""),
    list=ListWords(
        "invoices.list_all",
        InvoiceAddress,
        SORTS,
        figures=(Figure(_("Invoices overdue"), {"overdue": True}),),
    ),
    entries=True,
    on_home=True,
    labels={
        "custom": _("Custom fields"),
        "name": _("Name"),
        "invoice_number": _("Number"),
        "type": _("Type"),
        "quote_id": _("Quote"),
        "corrects_id": _("Credited invoice"),
        "delivered_on": _("Delivered on"),
        "delivered_until": _("Delivered until"),
        "payment_days": _("Days to pay"),
        "buyer_vat_id": _("The client's VAT id"),
        "buyer_reference": _("The client's reference"),
        "share": _("Share in percent"),
        "tax_category": _("Tax category"),
        "tax_reason": _("Reason for the exemption"),
        "issued_on": _("Issued on"),
        "due_on": _("Due on"),
        "open": _("Open"),
        "amount": _("Amount"),
        "credit_note": _("Credit note"),
        "paid_on": _("Paid on"),
        "method": _("Way of payment"),
        "reminder_level": _("Reminder level"),
        "reason": _("Reason"),
        "recipient": _("Recipient"),
    },
    values=dict(STATES) | dict(TYPES),
    shown={
        "invoice_number": as_it_is,
        "copied_from": as_it_is,
        "header": as_it_is,
        "footer": as_it_is,
        "buyer_vat_id": as_it_is,
        "buyer_reference": as_it_is,
        "delivered_on": day_text,
        "delivered_until": day_text,
        "issued_on": day_text,
        "due_on": day_text,
        "paid_on": day_text,
        "amount": _plain_number,
        "open": _plain_number,
        "credit_note": as_it_is,
        "discount": _plain_number,
        "discount_amount": _plain_number,
        "lines": lines_text,
    },
    counted={
        "invoice.created": Plural("%(who)s added %(num)s invoice", "%(who)s added %(num)s invoices"),
        "invoice.changed": Plural("%(who)s changed %(num)s invoice", "%(who)s changed %(num)s invoices"),
        "invoice.deleted": Plural("%(who)s deleted %(num)s invoice", "%(who)s deleted %(num)s invoices"),
        "invoice.restored": Plural("%(who)s restored %(num)s invoice", "%(who)s restored %(num)s invoices"),
    },
    counted_changes={
        "invoice.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s invoice",
            "%(who)s changed the %(field)s of %(num)s invoices",
        ),
    },
    sayings=usual_sayings("invoice", "file-spreadsheet")
    | exported_saying("invoice", _("%(who)s exported invoices"))
    | {
        "invoice.issued": Saying("send", "accent", _("%(who)s issued %(what)s")),
        "invoice.paid": Saying("banknote", "good", _("%(who)s entered a payment of %(what)s")),
        "invoice.refunded": Saying("banknote", "news", _("%(who)s entered a refund of %(what)s")),
        "invoice.payment_taken_back": Saying("ban", "bad", _("%(who)s voided a payment of %(what)s")),
        "invoice.credited": Saying("undo-2", "bad", _("%(who)s made a credit note for %(what)s")),
        "invoice.reminded": Saying("mail", "accent", _("%(who)s sent a reminder of %(what)s")),
        "invoice.mailed": Saying("mail", "accent", _("%(who)s sent %(what)s by e-mail")),
        "invoice.mail_failed": Saying("triangle-alert", "bad", _("An e-mail with %(what)s was not sent")),
    },
)
