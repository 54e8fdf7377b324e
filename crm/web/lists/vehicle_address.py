"""The address of the list of vehicles: filters, order, page, and whether it is shown as cards."""

from typing import Literal

from pydantic import Field

from crm.catalogue.vehicle_filters import VehicleFilter
from crm.web.lists.chosen_columns import AddedColumns


class VehicleAddress(VehicleFilter, AddedColumns):
    endpoint = "vehicles.list_all"
    looks = ("columns", "sort", "cards")

    cards: Literal["1"] | None = Field(default=None, description="As cards with pictures")

    def looking(self, *, cards: bool) -> str:
        """The first page of this list, as cards or as a table."""
        return self.model_copy(update={"cards": "1" if cards else None}).address()
