"""The list of clients, with its filters in the address."""

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from crm.accounts.users import User, list_users
from crm.clients.client import Client
from crm.clients.fields import MAX_ID, Kind, Status
from crm.clients.listing import Count, count_clients, list_clients, suggest_clients
from crm.clients.listing_sqlite import ClientFilter
from crm.clients.tags import Tag, list_tags
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.forms import Blank, is_fragment
from crm.web.identity import identity
from crm.web.requests import query, read

blueprint = Blueprint("clients", __name__, url_prefix="/clients")

PAGE = 25
SUGGESTIONS = 50
DEFAULT_SORT = "-updated_at"


class ClientQuery(BaseModel):
    """What the address of a list says."""

    q: Annotated[Annotated[str, Field(max_length=200)] | None, Blank] = None
    status: Annotated[Status | None, Blank] = None
    kind: Annotated[Kind | None, Blank] = None
    owner_id: Annotated[Annotated[int, Field(ge=0, le=MAX_ID)] | None, Blank] = None
    company_id: Annotated[Annotated[int, Field(ge=1, le=MAX_ID)] | None, Blank] = None
    tag: Annotated[Annotated[str, Field(max_length=50)] | None, Blank] = None
    sort: Annotated[Annotated[str, Field(max_length=40)] | None, Blank] = None
    cursor: Annotated[Annotated[str, Field(max_length=2000)] | None, Blank] = None

    @property
    def filters(self) -> dict[str, Any]:
        return self.model_dump(exclude={"sort", "cursor"}, exclude_none=True)

    def address(
        self, sort: str | None = None, cursor: str | None = None, endpoint: str = "clients.list_all"
    ) -> str:
        """This list in another order, or from another place on; without either, its first page."""
        return url_for(endpoint, **self.filters, sort=sort or self.sort, cursor=cursor)


@dataclass(frozen=True, slots=True)
class Listing:
    page: Page[Client]
    count: Count
    users: list[User]
    tags: list[Tag]


@blueprint.get("")
@permit("clients.read")
def list_all() -> Response:
    wanted = query(ClientQuery)
    listing = read(_read_listing, wanted)
    template = "clients/rows.html" if is_fragment() else "clients/list.html"
    response = make_response(
        render_template(
            template,
            listing=listing,
            query=wanted,
            sort=wanted.sort or DEFAULT_SORT,
            views=_views(wanted.filters),
            owners=[(0, _("Nobody yet"))]
            + [(user.id, user.name) for user in listing.users if user.disabled_at is None],
            tags=[(tag.name, tag.name) for tag in listing.tags],
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address()
    return response


@blueprint.get("/suggest")
@permit("clients.read")
def suggest() -> str:
    """The options of a picker, as one types."""
    words = request.args.get("q", "")[:200]
    return render_template("clients/options.html", clients=read(suggest_clients, words))


@blueprint.get("/companies")
@permit("clients.read")
def suggest_companies() -> str:
    """The options of a picker, as one types."""
    words = request.args.get("q", "")[:200]
    found = read(suggest_clients, words, limit=SUGGESTIONS)
    return render_template("clients/options.html", clients=[one for one in found if one.kind == "company"])


def _read_listing(tx: Transaction, wanted: ClientQuery) -> Listing:
    asked = ClientFilter(**wanted.filters)
    return Listing(
        page=list_clients(tx, asked, sort=wanted.sort or DEFAULT_SORT, limit=PAGE, cursor=wanted.cursor),
        count=count_clients(tx, asked),
        users=list_users(tx),
        tags=list_tags(tx),
    )


def _views(asked: dict[str, Any]) -> list[dict[str, object]]:
    """Lists that many people need, each a plain address."""
    views: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (_("All"), "users", {}),
        (_("Yours"), "user", {"owner_id": identity().user_id}),
        (_("Companies"), "building-2", {"kind": "company"}),
        (_("Prospects"), "sparkles", {"status": "prospect"}),
        (_("Without an owner"), "circle-user", {"owner_id": 0}),
    )
    return [
        {
            "label": label,
            "icon": icon,
            "address": url_for("clients.list_all", **filters),
            "is_here": asked == filters,
        }
        for label, icon, filters in views
    ]
