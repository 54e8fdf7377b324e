"""The list of clients, with its filters in the address."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client
from crm.clients.listing import count_clients, list_clients, suggest_clients
from crm.db.keyset import Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.lists.choices import Choices, client_choices
from crm.web.lists.client_address import ClientAddress
from crm.web.lists.filters import CLIENT_FILTERS, Chip, built, chips_of
from crm.web.lists.saved_views import Tabs, UsualView, find_default, read_tabs, view_address
from crm.web.navigation import may
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import query, read
from crm.web.sessions.identity import identity

blueprint = Blueprint("clients", __name__, url_prefix="/clients")

PAGE = 25
SUGGESTIONS = 50
DEFAULT_SORT = "-updated_at"


@dataclass(frozen=True, slots=True)
class Listing:
    page: Page[Client]
    count: Count
    tabs: Tabs
    choices: Choices
    chips: list[Chip]


@blueprint.get("")
@permit("clients.read")
def list_all() -> ResponseReturnValue:
    """The bare address opens the reader's default view."""
    if not request.args and (opening := read(find_default, "clients")):
        return redirect(view_address(opening))
    wanted = query(ClientAddress)
    listing = read(_read_listing, wanted)
    template = "clients/rows.html" if is_fragment() else "clients/list.html"
    response = make_response(
        render_template(
            template,
            listing=listing,
            query=wanted,
            sort=wanted.sort or DEFAULT_SORT,
            tabs=listing.tabs,
            choices=listing.choices,
            builder=built(CLIENT_FILTERS),
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address() if wanted.kept else listing.tabs.whole
    return response


@blueprint.get("/suggest")
@permit("clients.read")
def suggest() -> str:
    """The options of a picker, as one types; with `create`, the last one makes a client of that name."""
    words = request.args.get("q", "")[:200]
    new_name = words.strip() if "create" in request.args and may("clients.write") else ""
    return render_template("clients/options.html", clients=read(suggest_clients, words), new_name=new_name)


@blueprint.get("/companies")
@permit("clients.read")
def suggest_companies() -> str:
    """The options of a picker, as one types."""
    words = request.args.get("q", "")[:200]
    found = read(suggest_clients, words, limit=SUGGESTIONS)
    return render_template("clients/options.html", clients=[one for one in found if one.kind == "company"])


def _read_listing(tx: Transaction, wanted: ClientAddress) -> Listing:
    choices = client_choices(tx, wanted)
    return Listing(
        page=list_clients(tx, wanted, sort=wanted.sort or DEFAULT_SORT, limit=PAGE, cursor=wanted.cursor),
        count=count_clients(tx, wanted),
        tabs=read_tabs(tx, "clients", wanted, _usual_views()),
        choices=choices,
        chips=chips_of(CLIENT_FILTERS, wanted, choices),
    )


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "users", {}),
        (_("Yours"), "user", {"owner_id": identity().user_id}),
        (_("Companies"), "building-2", {"kind": "company"}),
        (_("Prospects"), "sparkles", {"status": "prospect"}),
        (_("Without an owner"), "circle-user", {"owner_id": 0}),
    ]
