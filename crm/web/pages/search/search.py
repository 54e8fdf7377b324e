"""Search over everything: the palette's answers while typing, and a page of results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from crm.custom_fields.searched_texts import passages_of
from crm.db.transaction import Transaction
from crm.records.highlights import Snippet
from crm.records.passages import Passage
from crm.records.searching import search_passages
from crm.web.auth import permit
from crm.web.kinds.kind_words import KindWords, ListWords
from crm.web.pages.search.kinds import listed_kinds, passage_address, passage_kinds
from crm.web.requests.reading import read

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST = 200
RESULTS = 25
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """What was found of one kind, with the passages of those that were found by a long text, by id."""

    words: KindWords
    listing: ListWords
    records: Sequence[Any]
    passages: Mapping[int, Snippet]


@dataclass(frozen=True, slots=True)
class FoundPassages:
    """The texts of one kind in which something was found."""

    words: KindWords
    passages: Sequence[Passage]


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
    found, passages = read(_find, words, limit) if words else ([], [])
    return {"q": words, "found": found, "passages": passages, "passage_address": passage_address}


def _find(tx: Transaction, sought: str, limit: int) -> tuple[list[FoundRecords], list[FoundPassages]]:
    """Of each kind the best few that the reader may see: by name, and by text."""
    found = [
        _found_records(tx, words, words.list, listing.suggest(tx, sought, limit=limit), sought)
        for words, listing in listed_kinds()
        if words.list is not None
    ]
    by_name = {words.name: words for words in passage_kinds()}
    texts = search_passages(tx, sought, list(by_name), limit=limit)
    passages = [FoundPassages(by_name[kind], each) for kind, each in texts.items() if each]
    return [each for each in found if each.records], passages


def _found_records(
    tx: Transaction, words: KindWords, shown: ListWords, records: Sequence[Any], sought: str
) -> FoundRecords:
    return FoundRecords(words, shown, records, passages_of(tx, words.kind, records, sought))
