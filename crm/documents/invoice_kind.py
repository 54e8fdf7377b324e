"""The kind of invoices and credit notes."""

from functools import partial

from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.documents.invoice import INVOICE_RECORD, InvoiceInList, find_invoice, get_invoice, invoice_facts
from crm.documents.invoice_demo import begin_invoices
from crm.documents.invoice_fields import InvoiceChanges, InvoiceFields
from crm.documents.invoice_filter_fields import invoice_filter_fields
from crm.documents.invoice_filters import SORTS, InvoiceFilter
from crm.documents.invoice_index import SEARCH, index_invoices_of, rebuild_invoice
from crm.documents.invoice_listing import count_invoices, list_invoices, suggest_invoices
from crm.documents.invoice_rows import INVOICE_ROWS
from crm.documents.invoice_trash import delete_invoice, restore_invoice
from crm.documents.invoices import change_invoice, create_invoice
from crm.records.bulk import Bulk
from crm.records.kind import (
    Customized,
    Examples,
    Export,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    changes_by,
    exported,
    not_undone,
    usual_actions,
)

INVOICE = Kind(
    name="invoice",
    table="invoices",
    known_by="name",
    numbered=("invoice", "invoice_number"),
    area="invoices",
    modules=("quotes", "desk"),
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows=INVOICE_ROWS,
    examples=Examples(usual=30, least=0, begin=begin_invoices),
    erasing=dict.fromkeys(
        ("invoices", "invoice_payments", "invoice_mails"),
        "the law asks to keep invoices and payments; the log of what was sent keeps when, not to whom",
    ),
    actions=usual_actions("invoice")
    | exported("invoice")
    | not_undone("an issued invoice stays: make a credit note", "invoice.issued")
    | not_undone("a credit note was issued", "invoice.credited")
    | not_undone("a payment is taken back on the invoice's page", "invoice.paid", "invoice.refunded")
    | not_undone("the payment is entered again", "invoice.payment_taken_back")
    | not_undone("what was sent stays sent", "invoice.mailed", "invoice.mail_failed")
    | not_undone("the client was reminded", "invoice.reminded"),
    fields=InvoiceFields,
    lookup=Lookup(INVOICE_RECORD, get_invoice, find_invoice),
    links={
        "client_id": "client",
        "quote_id": "quote",
        "deal_id": "deal",
        "corrects_id": "invoice",
        "owner_id": "user",
    },
    pointers=(
        Pointer("client_id", "clients", when_erased="keep"),
        Pointer("quote_id", "quotes", when_erased="keep"),
        Pointer("deal_id", "deals", when_erased="keep"),
        Pointer("corrects_id", "invoices"),
        Pointer("owner_id", "users"),
        Pointer("invoice_id", "invoices", of="invoice_payments"),
        Pointer("created_by", "users", of="invoice_payments"),
        Pointer("invoice_id", "invoices", of="invoice_mails"),
        Pointer("created_by", "users", of="invoice_mails"),
    ),
    trash=Trash(delete_invoice, restore_invoice),
    changes=changes_by(get_invoice, invoice_facts, change_invoice, InvoiceChanges, with_custom),
    bulk=Bulk(
        InvoiceChanges,
        change_invoice,
        new=InvoiceFields,
        create=partial(create_invoice, complete=True),
        owner="owner_id",
    ),
    customized=Customized(parse_phone, frozen="held.issued_on IS NOT NULL"),
    listing=Listing(InvoiceFilter, SORTS, list_invoices, count_invoices, suggest_invoices),
    filtered=invoice_filter_fields,
    export=Export(InvoiceInList, InvoiceFilter, SORTS, list_invoices, count_invoices),
    search=Search(rebuild_invoice, SEARCH, follows={"client": index_invoices_of}, texts=("header", "footer")),
    parts=frozenset({"notes", "tasks", "files", "tags", "issued_numbers"}),
)
