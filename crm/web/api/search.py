"""/api/search: one search over all kinds of record."""

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crm.custom_fields.searched_texts import passages_of
from crm.db.transaction import Transaction
from crm.records.highlights import Snippet
from crm.records.passages import Passage
from crm.records.searching import search_passages
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.pages.search.kinds import listed_kinds, passage_kinds
from crm.web.requests.reading import query, read
from crm.web.responses import answers

blueprint = Blueprint("api_search", __name__, url_prefix="/api/search")
MOST = 25


class SearchQuery(BaseModel):
    """Words in any script, parts of them, or digits of a phone number."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(max_length=200, min_length=1)] = Field(
        description="All of its words must be there"
    )
    limit: int = Field(5, ge=1, le=MOST, description="Of each kind, the newest")


@dataclass(frozen=True, slots=True)
class SearchResultRecord:
    """The record that a note, task, file or message belongs to."""

    kind: str
    id: int
    name: str | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`name` is set for a record with one of its own; `passage` is the text about the place in which it was
    found, null where that is its name or another short field, and `marks` tell from which to which character
    of it.
    """

    id: int
    name: str | None
    record: SearchResultRecord | None
    passage: str | None
    marks: list[list[int]]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`more`: there are others of the kind, beyond the limit."""

    kind: str
    results: list[SearchResult]
    more: bool


@blueprint.get("")
@permit("clients.read")
@contract(query=SearchQuery, result=list[SearchResults])
def search() -> Response:
    """Search clients, leads, notes, tasks, files and messages, the newest first

    Records are also found by their long texts, such as the notes of a client and the details of a lead, and
    by the texts of custom fields.
    """
    return answers.data(read(_search, query(SearchQuery)))


def _search(tx: Transaction, wanted: SearchQuery) -> list[SearchResults]:
    """Of each kind that the asking user may read and that has something."""
    most = wanted.limit + 1
    found: list[SearchResults] = []
    for words, listing in listed_kinds():
        records = listing.suggest(tx, wanted.q, limit=most)
        passages = passages_of(tx, words.kind, records, wanted.q)
        results = [_result(each, words.kind.known_by or "name", passages.get(each.id)) for each in records]
        found.append(_of_kind(words.name, results, wanted.limit))
    names = [words.name for words in passage_kinds()]
    for kind, texts in search_passages(tx, wanted.q, names, limit=most).items():
        found.append(_of_kind(kind, [_passage(each) for each in texts], wanted.limit))
    return [each for each in found if each.results]


def _of_kind(kind: str, findings: list[SearchResult], limit: int) -> SearchResults:
    return SearchResults(kind, findings[:limit], more=len(findings) > limit)


def _result(record: Any, known_by: str, snippet: Snippet | None) -> SearchResult:
    return SearchResult(record.id, getattr(record, known_by), None, *_shown(snippet))


def _passage(passage: Passage) -> SearchResult:
    record = None
    if passage.subject is not None and passage.subject_id is not None:
        record = SearchResultRecord(passage.subject, passage.subject_id, passage.subject_name)
    return SearchResult(passage.id, None, record, *_shown(passage.snippet))


def _shown(snippet: Snippet | None) -> tuple[str | None, list[list[int]]]:
    return (snippet.text, [list(mark) for mark in snippet.marks]) if snippet else (None, [])
