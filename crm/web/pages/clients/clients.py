"""The list of clients."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.clients.fields import Kind
from crm.clients.kind import CLIENT
from crm.clients.listing import suggest_clients
from crm.web.auth import permit
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.client_address import COLUMNS, ClientAddress
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.page import show_list
from crm.web.navigation import may
from crm.web.requests.reading import parse_address, read

blueprint = Blueprint("clients", __name__, url_prefix="/clients")


@blueprint.get("")
@permit("clients.read")
def list_all() -> ResponseReturnValue:
    return show_list(CLIENT_LIST)


@blueprint.get("/columns")
@permit("clients.read")
def choose_columns() -> str:
    """The choice of the list's columns, on a page of its own as the list has many rows."""
    wanted = parse_address(ClientAddress, request.args.to_dict())
    names = read(column_names, CLIENT, COLUMNS)
    kept = wanted.filters | {name: value for name in ("sort", "view") if (value := getattr(wanted, name))}
    return render_template("clients/columns.html", query=wanted, kept=kept, **names)


@blueprint.get("/suggest")
@permit("clients.read")
def suggest() -> str:
    """The options of a picker, as one types; with `create`, the last one makes a client of that name."""
    return _options(None)


@blueprint.get("/companies")
@permit("clients.read")
def suggest_companies() -> str:
    """The same, only of companies."""
    return _options("company")


def _options(kind: Kind | None) -> str:
    words = request.args.get("q", "")[:200]
    new_name = words.strip() if "create" in request.args and may("clients.write") else ""
    found = read(suggest_clients, words, kind=kind)
    return render_template("clients/options.html", clients=found, new_name=new_name)
