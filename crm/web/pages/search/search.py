"""Search over everything: the palette's answers as one types, and a page of results."""

from typing import Any

from flask import Blueprint, render_template, request

from crm.clients.listing import suggest_clients
from crm.db.transaction import Transaction
from crm.leads.listing import suggest_leads
from crm.web.auth import permit
from crm.web.navigation import may
from crm.web.requests.reading import read

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST = 200
RESULTS = 25
SUGGESTIONS = 5


@blueprint.get("")
@permit("clients.read")
def show_search() -> str:
    return render_template("search/results.html", **_found(RESULTS))


@blueprint.get("/palette")
@permit("clients.read")
def show_palette() -> str:
    return render_template("search/palette.html", **_found(SUGGESTIONS))


def _found(limit: int) -> dict[str, Any]:
    words = request.args.get("q", "")[:LONGEST].strip()
    found = read(_find, words, limit) if words else {}
    return {"q": words, "clients": [], "leads": [], **found}


def _find(tx: Transaction, words: str, limit: int) -> dict[str, Any]:
    return {
        "clients": suggest_clients(tx, words, limit=limit),
        "leads": suggest_leads(tx, words, limit=limit) if may("leads.read") else [],
    }
