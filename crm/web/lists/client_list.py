"""The list of clients: columns, usual views, filter choices."""

from flask_babel import gettext as _

from crm.clients.kind import CLIENT
from crm.web.lists.choices import client_choices
from crm.web.lists.client_address import ClientAddress
from crm.web.lists.filters import CLIENT_FILTERS
from crm.web.lists.page import Columns, ListPage
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity


def _columns(_wanted: ClientAddress) -> Columns:
    return [
        (_("Name"), "name", "col-main"),
        (_("Status"), "status", "col-end"),
        (_("E-mail"), "email", "col-email"),
        (_("Phone"), "phone", "col-phone"),
        (_("Tags"), "tags", "col-tags"),
        (_("Owner"), "owner", "col-owner"),
        (_("Changed"), "updated_at", "col-time end"),
    ]


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
    filters=CLIENT_FILTERS,
    columns=_columns,
    usual=_usual_views,
    choices=lambda tx, wanted, _extras: client_choices(tx, wanted),
)
