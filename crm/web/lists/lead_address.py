"""The address of the list of leads: filters, order, columns, page."""

from typing import Any

from flask_babel import LazyString, lazy_gettext

from crm.leads.filters import BoardFilter, LeadFilter
from crm.web.lists.chosen_columns import ChosenColumns
from crm.web.navigation import may

COLUMNS: dict[str, LazyString] = {
    "client": lazy_gettext("Client"),
    "stage": lazy_gettext("Stage"),
    "status": lazy_gettext("Status"),
    "value": lazy_gettext("Value"),
    "expected_close": lazy_gettext("Expected close"),
    "type": lazy_gettext("Type"),
    "source": lazy_gettext("Source"),
    "campaign": lazy_gettext("Campaign"),
    "tags": lazy_gettext("Tags"),
    "owner": lazy_gettext("Owner"),
    "created_at": lazy_gettext("Created"),
    "closed_at": lazy_gettext("Closed"),
    "updated_at": lazy_gettext("Changed"),
}
USUAL_COLUMNS = ("client", "stage", "value", "expected_close", "owner", "updated_at")


def seen_columns() -> dict[str, LazyString]:
    """The names of campaigns are for those who may read these."""
    return {name: label for name, label in COLUMNS.items() if name != "campaign" or may("campaigns.read")}


class LeadAddress(LeadFilter, ChosenColumns):
    endpoint = "leads.list_all"
    known_columns = COLUMNS
    usual_columns = USUAL_COLUMNS

    @property
    def shown(self) -> list[str]:
        """Without what the reader may not see."""
        return [name for name in super().shown if name in seen_columns()]

    @property
    def on_board(self) -> dict[str, Any]:
        """The filters that the board has too."""
        return {name: value for name, value in self.filters.items() if name in BoardFilter.model_fields}
