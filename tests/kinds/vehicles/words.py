"""How vehicles are called and shown."""

from typing import Annotated, Any

from flask import url_for
from flask_babel import lazy_gettext as _
from pydantic import BaseModel, Field

from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import Figure, KindWords, ListWords, Saying
from crm.web.requests.forms import Blank
from tests.kinds.vehicles.kind import VEHICLE as VEHICLE_KIND
from tests.kinds.vehicles.vehicles import SORTS


class VehicleAddress(BaseModel):
    q: Annotated[Annotated[str, Field(max_length=200)] | None, Blank] = None
    client_id: Annotated[Annotated[int, Field(ge=1)] | None, Blank] = None
    sort: str | None = None
    cursor: str | None = None
    view: str | None = None

    @property
    def filters(self) -> dict[str, Any]:
        return self.model_dump(include={"q", "client_id"}, exclude_none=True)

    @property
    def kept(self) -> dict[str, Any]:
        return self.filters | ({"sort": self.sort} if self.sort else {})

    def address(
        self, sort: str | None = None, cursor: str | None = None, endpoint: str = "vehicles.list_all"
    ) -> str:
        return url_for(endpoint, **self.filters, sort=sort or self.sort, view=self.view, cursor=cursor)


VEHICLE = KindWords(
    kind=VEHICLE_KIND,
    one=_("Vehicle"),
    many=_("Vehicles"),
    this=_("this vehicle"),
    some=_("a vehicle"),
    icon="target",
    record="vehicles.show",
    list=ListWords("vehicles.list_all", VehicleAddress, SORTS, figures=(Figure(_("Vehicles")),)),
    place=Destination("vehicles.list_all", "target", _("Vehicles"), "vehicles.read"),
    entries=True,
    on_home=True,
    labels={"name": _("Name"), "plate": _("Plate"), "client_id": _("Client")},
    sayings={
        "vehicle.created": Saying("target", "good", _("%(who)s added %(what)s"), details=False),
        "vehicle.changed": Saying("pencil", "accent", _("%(who)s changed %(what)s")),
        "vehicle.deleted": Saying("trash-2", "bad", _("%(who)s moved %(what)s to the trash"), details=False),
        "vehicle.restored": Saying("archive-restore", "good", _("%(who)s restored %(what)s"), details=False),
    },
)
