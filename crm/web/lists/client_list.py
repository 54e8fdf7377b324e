"""The list of clients: columns, usual views, filter choices."""

from flask_babel import gettext as _

from crm.clients.filters import SORTS
from crm.clients.kind import CLIENT
from crm.web.lists.choices import client_choices
from crm.web.lists.client_address import COLUMNS, ClientAddress
from crm.web.lists.filters import CLIENT_FILTERS
from crm.web.lists.page import Columns, ListPage
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity

CLASSES = {
    "status": "col-end",
    "email": "col-email",
    "phone": "col-phone",
    "tags": "col-tags",
    "owner": "col-owner",
    "created_at": "col-time end",
    "updated_at": "col-time end",
}


def _columns(wanted: ClientAddress) -> Columns:
    """Those that nothing is sorted by have no name of a sort."""
    shown = (
        (COLUMNS[name], name if name in SORTS else "", CLASSES.get(name, "col-custom"))
        for name in wanted.shown
    )
    return [(_("Name"), "name", "col-main"), *shown]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "users", {}),
        (_("Yours"), "user", {"owner_id": identity().user_id}),
        (_("Companies"), "building-2", {"kind": "company"}),
        (_("Prospects"), "sparkles", {"status": "prospect"}),
        (_("Without an owner"), "circle-user", {"owner_id": 0}),
    ]


CLIENT_LIST = ListPage(
    kind=CLIENT,
    address=ClientAddress,
    folder="clients",
    cells=True,
    fields="col-main:name col-tags:tags col-owner:owner_id",
    filters=CLIENT_FILTERS,
    columns=_columns,
    usual=_usual_views,
    choices=lambda tx, wanted, _extras: client_choices(tx, wanted),
    drawn_with=lambda _client, wanted, _extras: (wanted.shown, wanted.company_id),
)
