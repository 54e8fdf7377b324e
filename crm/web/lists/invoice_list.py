"""The list of invoices: columns, usual views, filter choices."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.documents.invoice_kind import INVOICE
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import CHANGED, CREATED, OWNER, SEARCH, TAG, Field
from crm.web.lists.invoice_address import InvoiceAddress
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity
from crm.web.words.choices import owner_choices
from crm.web.words.formats import money, number
from crm.web.words.invoices import STATES, TYPES


def _overdue_or_not(overdue: bool) -> str:
    return str(_("Overdue") if overdue else _("Not overdue"))


FILTERS = (
    SEARCH,
    Field("state", lazy_gettext("State"), "choice", at_hand=True),
    OWNER,
    TAG,
    Field("overdue", lazy_gettext("Payment"), "choice", at_hand=True, show=_overdue_or_not),
    Field("type", lazy_gettext("Type"), "choice"),
    Field("client_id", lazy_gettext("Client"), "record", source="clients.suggest"),
    Field("total", lazy_gettext("Total"), "amounts", show=lambda amount: number(float(amount))),
    CREATED,
    CHANGED,
)


def _choices(tx: Transaction, wanted: InvoiceAddress, _extras: object) -> Choices:
    chosen = wanted.client_id
    return {
        "state": [(name, str(text)) for name, text in STATES.items()],
        "type": [(name, str(text)) for name, text in TYPES.items()],
        "owner_id": [*owner_choices(tx, wanted.owner_id)],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "invoice")],
        "client_id": [*name_records(tx, CLIENT, [chosen]).items()] if chosen else [],
    }


def _columns(_wanted: InvoiceAddress) -> Columns:
    return [
        (_("Number"), "name", "col-main"),
        (_("Client"), "", "col-client"),
        (_("State"), "state", "col-state"),
        (_("Total"), "total", "col-value"),
        (_("Open"), "open", "col-value"),
        (_("Due"), "due_on", "col-expected_close"),
        (_("Changed"), "updated_at", "col-updated_at"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "file-spreadsheet", {}),
        (_("Yours"), "user", {"owner_id": identity().user_id}),
        (_("Drafts"), "pencil", {"state": "draft"}),
        (_("Open"), "send", {"state": "open"}),
        (_("Overdue"), "hourglass", {"overdue": True}),
        (_("Paid"), "circle-check", {"state": "paid"}),
    ]


INVOICE_LIST = ListPage(
    kind=INVOICE,
    address=InvoiceAddress,
    folder="invoices",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, INVOICE, {}),
    usual=_usual_views,
    choices=_choices,
    css="table-leads table-quotes table-invoices",
    cells=True,
    trash=TrashWords(
        lazy_gettext("Deleted invoices are kept here and can be restored."),
        lazy_gettext("Deleted invoices"),
        lambda invoice: money(invoice.total, invoice.currency),
    ),
)
