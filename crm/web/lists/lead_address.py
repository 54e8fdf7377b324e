"""The address of the list of leads: filters, order, columns, page."""

from typing import Any

from flask_babel import LazyString, lazy_gettext
from pydantic import Field, model_validator

from crm.custom_fields.custom_field import PREFIX
from crm.leads.filters import BoardFilter, LeadFilter
from crm.web.lists.list_address import ListAddress

COLUMNS: dict[str, LazyString] = {
    "client": lazy_gettext("Client"),
    "stage": lazy_gettext("Stage"),
    "status": lazy_gettext("Status"),
    "value": lazy_gettext("Value"),
    "expected_close": lazy_gettext("Expected close"),
    "type": lazy_gettext("Type"),
    "source": lazy_gettext("Source"),
    "tags": lazy_gettext("Tags"),
    "owner": lazy_gettext("Owner"),
    "created_at": lazy_gettext("Created"),
    "closed_at": lazy_gettext("Closed"),
    "updated_at": lazy_gettext("Changed"),
}
LONGEST_COLUMNS = 6_000
USUAL_COLUMNS = ("client", "stage", "value", "expected_close", "owner", "updated_at")


class LeadAddress(LeadFilter, ListAddress):
    """`columns` are parted by commas."""

    endpoint = "leads.list_all"
    looks = ("columns", "sort")

    columns: str | None = Field(default=None, max_length=LONGEST_COLUMNS)

    @model_validator(mode="before")
    @classmethod
    def _ticked(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without scripts each column has a box of its own in the form."""
        if "choose_columns" not in given:
            return given
        own = (name.removeprefix("column_") for name in given if name.startswith(f"column_{PREFIX}"))
        ticked = [*(name for name in COLUMNS if f"column_{name}" in given), *own]
        return {**given, "columns": ",".join(ticked) or "none"}

    @property
    def on_board(self) -> dict[str, Any]:
        """The filters that the board has too."""
        return {name: value for name, value in self.filters.items() if name in BoardFilter.model_fields}

    @property
    def shown(self) -> list[str]:
        """The columns to show beside custom fields, in their usual order."""
        return [name for name in COLUMNS if name in self.wanted_columns]

    @property
    def own_columns(self) -> frozenset[str]:
        return frozenset(name for name in self.wanted_columns if name.startswith(PREFIX))

    @property
    def wanted_columns(self) -> tuple[str, ...]:
        return USUAL_COLUMNS if self.columns is None else tuple(self.columns.split(","))
