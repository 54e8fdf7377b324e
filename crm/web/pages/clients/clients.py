"""The list of clients, with its filters in the address."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.clients.listing import suggest_clients
from crm.web.auth import permit
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.page import show_list
from crm.web.navigation import may
from crm.web.requests.reading import read

blueprint = Blueprint("clients", __name__, url_prefix="/clients")

SUGGESTIONS = 50


@blueprint.get("")
@permit("clients.read")
def list_all() -> ResponseReturnValue:
    return show_list(CLIENT_LIST)


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
