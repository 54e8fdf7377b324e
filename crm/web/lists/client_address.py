"""What the address of the list of clients says: filters, order, and where one is."""

from typing import Annotated, Any

from flask import url_for
from pydantic import BaseModel, Field

from crm.clients.fields import Kind, Status
from crm.fields import MAX_ID
from crm.web.requests.forms import Blank


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
