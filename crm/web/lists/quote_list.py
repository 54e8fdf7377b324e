"""The list of quotes: columns, usual views, filter choices."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.documents.kind import QUOTE
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import CHANGED, CREATED, OWNER, SEARCH, TAG, Field
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.quote_address import QuoteAddress
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity
from crm.web.words.choices import owner_choices
from crm.web.words.formats import money, number
from crm.web.words.quotes import STATES


def _valid_or_not(expired: bool) -> str:
    return str(_("Expired") if expired else _("Not expired"))


FILTERS = (
    SEARCH,
    Field("state", lazy_gettext("State"), "choice", at_hand=True),
    OWNER,
    TAG,
    Field("expired", lazy_gettext("Validity"), "choice", at_hand=True, show=_valid_or_not),
    Field("client_id", lazy_gettext("Client"), "record", source="clients.suggest"),
    Field("total", lazy_gettext("Total"), "amounts", show=lambda amount: number(float(amount))),
    CREATED,
    CHANGED,
)


def _choices(tx: Transaction, wanted: QuoteAddress, _extras: object) -> Choices:
    chosen = wanted.client_id
    return {
        "state": [(name, str(text)) for name, text in STATES.items()],
        "owner_id": [*owner_choices(tx, wanted.owner_id)],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "quote")],
        "client_id": [*name_records(tx, CLIENT, [chosen]).items()] if chosen else [],
    }


def _columns(_wanted: QuoteAddress) -> Columns:
    return [
        (_("Number"), "quote_number", "col-main"),
        (_("Client"), "", "col-client"),
        (_("State"), "state", "col-state"),
        (_("Total"), "total", "col-value"),
        (_("Valid until"), "valid_until", "col-expected_close"),
        (_("Changed"), "updated_at", "col-updated_at"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "file-text", {}),
        (_("Yours"), "user", {"owner_id": identity().user_id}),
        (_("Drafts"), "pencil", {"state": "draft"}),
        (_("Sent"), "send", {"state": "sent"}),
        (_("Expired"), "hourglass", {"expired": True}),
        (_("Accepted"), "circle-check", {"state": "accepted"}),
    ]


QUOTE_LIST = ListPage(
    kind=QUOTE,
    address=QuoteAddress,
    folder="quotes",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, QUOTE, {}),
    usual=_usual_views,
    choices=_choices,
    cells=True,
    fields="col-main:title",
    css="table-leads table-quotes",
    trash=TrashWords(
        lazy_gettext("Deleted quotes are kept here and can be restored."),
        lazy_gettext("Deleted quotes"),
        lambda quote: money(quote.total, quote.currency),
    ),
)
