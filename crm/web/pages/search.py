"""Search over everything: the palette's answers as one types, and a page of results."""

from flask import Blueprint, render_template, request

from crm.clients.listing import suggest_clients
from crm.web.auth import permit
from crm.web.requests import read

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST = 200
RESULTS = 25


@blueprint.get("")
@permit("clients.read")
def show_search() -> str:
    words = _words()
    found = read(suggest_clients, words, limit=RESULTS) if words else []
    return render_template("search/results.html", q=words, clients=found)


@blueprint.get("/palette")
@permit("clients.read")
def show_palette() -> str:
    words = _words()
    found = read(suggest_clients, words) if words else []
    return render_template("search/palette.html", q=words, clients=found)


def _words() -> str:
    return request.args.get("q", "")[:LONGEST].strip()
