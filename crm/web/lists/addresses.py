"""What the addresses of the lists of clients and leads say: filters, order, columns, and where one is."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from pydantic import BaseModel, Field

from crm.accounts.view_fields import ListName
from crm.clients.fields import (
    Kind,
    Status,
)
from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.db.list_parts import Sort
from crm.errors import FieldProblem, Invalid, Sentence
from crm.fields import MAX_ID
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.web.lists.lead_queries import LeadsAddress
from crm.web.requests.forms import Blank
from crm.web.requests.reading import parse_address

WHOLE = "all"
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


class ClientAddress(BaseModel):
    """`view` is the id of the saved view from which one came, or `all`."""

    q: Annotated[Annotated[str, Field(max_length=200)] | None, Blank] = None
    status: Annotated[Status | None, Blank] = None
    kind: Annotated[Kind | None, Blank] = None
    owner_id: Annotated[Annotated[int, Field(ge=0, le=MAX_ID)] | None, Blank] = None
    company_id: Annotated[Annotated[int, Field(ge=1, le=MAX_ID)] | None, Blank] = None
    tag: Annotated[Annotated[str, Field(max_length=50)] | None, Blank] = None
    sort: Annotated[Annotated[str, Field(max_length=40)] | None, Blank] = None
    cursor: Annotated[Annotated[str, Field(max_length=2000)] | None, Blank] = None
    view: Annotated[Annotated[str, Field(pattern="^(all|[1-9][0-9]{0,17})$")] | None, Blank] = None

    @property
    def filters(self) -> dict[str, Any]:
        return self.model_dump(exclude={"sort", "cursor", "view"}, exclude_none=True)

    @property
    def kept(self) -> dict[str, Any]:
        """What a saved view keeps."""
        return self.filters | ({"sort": self.sort} if self.sort else {})

    def address(
        self, sort: str | None = None, cursor: str | None = None, endpoint: str = "clients.list_all"
    ) -> str:
        """This list in another order, or from another place on; without either, its first page."""
        return url_for(endpoint, **self.filters, sort=sort or self.sort, view=self.view, cursor=cursor)


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


ListAddress = ClientAddress | LeadAddress
ADDRESSES: Mapping[ListName, type[ListAddress]] = {"clients": ClientAddress, "leads": LeadAddress}
SORTS: Mapping[ListName, Mapping[str, Sort]] = {"clients": CLIENT_SORTS, "leads": LEAD_SORTS}
ENDPOINTS: Mapping[ListName, str] = {"clients": "clients.list_all", "leads": "leads.list_all"}


def kept_query(wanted: ListAddress) -> str:
    """What a saved view keeps of an address, always spelt the same."""
    return urlencode({name: str(value) for name, value in wanted.kept.items()})


def check_query(list_name: ListName, text: str) -> str:
    """The query part of a list's address, as a view keeps it. Raises Invalid naming `query`."""
    pairs = parse_qsl(text.removeprefix("?"), keep_blank_values=True)
    given = dict(pairs)
    model = ADDRESSES[list_name]
    if len(given) < len(pairs):
        raise Invalid.field("query", "says something twice")
    if unknown := sorted(given.keys() - model.model_fields.keys()):
        refusal = Sentence("holds {name!r}, which this list does not know", name=unknown[0])
        raise Invalid.field("query", refusal)
    try:
        wanted = parse_address(model, given)
    except Invalid as error:
        raise error.reworded(_of_query) from None
    sort = SORTS[list_name].get((wanted.sort or "-updated_at").removeprefix("-"))
    if sort is None or sort.of_trash:
        raise Invalid.field("query", "sort is not an order of this list")
    return kept_query(wanted)


def _of_query(problem: FieldProblem) -> FieldProblem:
    message = Sentence("{field} {message}", field=problem.field, message=problem.message)
    return FieldProblem("query", message)
