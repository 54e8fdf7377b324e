"""The address of the list of clients: filters, order, columns, page."""

from flask_babel import LazyString, lazy_gettext

from crm.clients.filters import ClientFilter
from crm.web.lists.chosen_columns import ChosenColumns

COLUMNS: dict[str, LazyString] = {
    "status": lazy_gettext("Status"),
    "email": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
    "company": lazy_gettext("Company"),
    "job_title": lazy_gettext("Job title"),
    "city": lazy_gettext("City"),
    "source": lazy_gettext("Source"),
    "tags": lazy_gettext("Tags"),
    "owner": lazy_gettext("Owner"),
    "created_at": lazy_gettext("Created"),
    "updated_at": lazy_gettext("Changed"),
}
USUAL_COLUMNS = ("status", "email", "phone", "tags", "owner", "updated_at")


class ClientAddress(ClientFilter, ChosenColumns):
    endpoint = "clients.list_all"
    known_columns = COLUMNS
    usual_columns = USUAL_COLUMNS
