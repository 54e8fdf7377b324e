"""Search over everything: the palette's answers while typing, and a page of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.kinds.kind_words import KindWords, ListWords
from crm.web.kinds.known import known_words
from crm.web.navigation import may
from crm.web.requests.reading import read

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST = 200
RESULTS = 25
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """What was found of one kind."""

    words: KindWords
    listing: ListWords
    records: Sequence[Any]


@blueprint.get("")
@permit("clients.read")
def show_search() -> str:
    return render_template("search/results.html", **_found(RESULTS))


@blueprint.get("/palette")
@permit("clients.read")
def show_palette() -> str:
    return render_template("search/palette.html", **_found(SUGGESTIONS))


@blueprint.get("/commands")
@permit("clients.read")
def show_commands() -> str:
    """What the palette offers before anything is typed; most pages are never asked for it."""
    return render_template("search/commands.html")


@blueprint.get("/shortcuts")
@permit("clients.read")
def show_shortcuts() -> str:
    """Fetched when it is opened, as the commands."""
    return render_template("search/shortcuts.html")


def _found(limit: int) -> dict[str, Any]:
    words = request.args.get("q", "")[:LONGEST].strip()
    found = read(_find, words, limit) if words else []
    return {"q": words, "found": found}


def _find(tx: Transaction, sought: str, limit: int) -> list[FoundRecords]:
    """Of each kind that has a list, the best few that the reader may see."""
    lists = [
        (words, words.list, words.kind.listing)
        for words in known_words()
        if words.list is not None and words.kind.listing is not None and may(words.kind.may("read"))
    ]
    found = [
        FoundRecords(words, own, listing.suggest(tx, sought, limit=limit)) for words, own, listing in lists
    ]
    return [each for each in found if each.records]
