"""What the address of the list of leads says: filters, order, columns, and where one is."""

from typing import Any

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from pydantic import Field

from crm.fields import MAX_ID
from crm.web.lists.lead_queries import LeadsAddress

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
    "updated_at": lazy_gettext("Changed"),
}
USUAL_COLUMNS = ("client", "stage", "value", "expected_close", "owner", "updated_at")


class LeadAddress(LeadsAddress):
    """`columns` are parted by commas; `view` is the id of the saved view from which one came, or `all`."""

    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)
    stage_id: int | None = Field(None, ge=1, le=MAX_ID)
    sort: str | None = Field(None, max_length=40)
    cursor: str | None = Field(None, max_length=2000)
    columns: str | None = Field(None, max_length=200)
    view: str | None = Field(None, pattern="^(all|[1-9][0-9]{0,17})$")

    @property
    def place(self) -> dict[str, Any]:
        """The part of the board that is listed."""
        place = {"pipeline_id": self.pipeline_id, "stage_id": self.stage_id}
        return {name: value for name, value in place.items() if value is not None}

    @property
    def kept(self) -> dict[str, Any]:
        """What a saved view keeps."""
        looks = {"columns": self.columns, "sort": self.sort}
        return {**self.filters, **self.place, **{name: look for name, look in looks.items() if look}}

    @property
    def shown(self) -> list[str]:
        """The columns to show, in their usual order."""
        wanted = USUAL_COLUMNS if self.columns is None else self.columns.split(",")
        return [name for name in COLUMNS if name in wanted]

    def address(
        self, sort: str | None = None, cursor: str | None = None, endpoint: str = "leads.list_all"
    ) -> str:
        """This list in another order, or from another place on; without either, its first page."""
        return url_for(
            endpoint,
            **self.filters,
            **self.place,
            columns=self.columns,
            sort=sort or self.sort,
            view=self.view,
            cursor=cursor,
        )
