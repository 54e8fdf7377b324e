"""The list of deals: columns, usual views, filters and their choices."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.deals.kind import DEAL
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.deal_address import DealAddress
from crm.web.lists.filters import CHANGED, CREATED, SEARCH, TAG, Field
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity
from crm.web.words.choices import user_choices
from crm.web.words.deals import STATES
from crm.web.words.formats import number

FILTERS = (
    SEARCH,
    Field("state", lazy_gettext("State"), "choice", at_hand=True),
    Field("salesperson_id", lazy_gettext("Salesperson"), "choice", at_hand=True),
    TAG,
    Field("client_id", lazy_gettext("Client"), "record", source="clients.suggest"),
    Field("deal_number", lazy_gettext("Deal number"), "words"),
    Field("total", lazy_gettext("Total"), "amounts", show=lambda amount: number(float(amount))),
    Field("delivered", lazy_gettext("Delivered"), "days"),
    CREATED,
    CHANGED,
)


def _columns(_wanted: DealAddress) -> Columns:
    return [
        (_("Deal"), "deal_number", "col-main"),
        (_("State"), "state", "col-status"),
        (_("Client"), "client", "col-client"),
        (_("Vehicle"), "vehicle", "col-vehicle"),
        (_("Total"), "total", "col-price number"),
        (_("Salesperson"), "salesperson", "col-owner"),
        (_("Changed"), "updated_at", "col-time end"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "banknote", {}),
        (_("Open"), "circle", {"state": "open"}),
        (_("Yours"), "user", {"salesperson_id": identity().user_id, "state": "open"}),
        (_("Waiting for approval"), "hourglass", {"state": "pending"}),
        (_("Delivered"), "trophy", {"state": "delivered"}),
        (_("Cancelled"), "circle-x", {"state": "cancelled"}),
    ]


def deal_choices(tx: Transaction, wanted: DealAddress) -> Choices:
    chosen = wanted.client_id
    return {
        "client_id": [*name_records(tx, CLIENT, [chosen]).items()] if chosen else [],
        "state": [("open", str(_("Open"))), *((name, str(text)) for name, text in STATES.items())],
        "salesperson_id": user_choices(tx, wanted.salesperson_id),
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "deal")],
    }


DEAL_LIST = ListPage(
    kind=DEAL,
    address=DealAddress,
    folder="deals",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, DEAL, {}),
    usual=_usual_views,
    choices=lambda tx, wanted, _extras: deal_choices(tx, wanted),
    cells=True,
    fields="col-owner:salesperson_id",
    css="table-deals",
    trash=TrashWords(
        lazy_gettext("Cancelled deals that were deleted are kept here and can be restored."),
        lazy_gettext("Deleted deals"),
        lambda deal: deal.client_name or "",
    ),
)
