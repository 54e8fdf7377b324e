"""The long texts and the custom texts of a record, in which a search looks too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.custom_fields.custom_field import custom_fields_of
from crm.custom_fields.field_types import type_of
from crm.db.folding import fold
from crm.db.list_parts import among_values
from crm.db.search_query import Query, holds, parse_query
from crm.db.transaction import Transaction
from crm.records.highlights import Snippet, snippet_of
from crm.records.kind import Kind
from crm.records.kinds import kinds_of

MOST_SEARCHED = 10_000
"""Characters of all long texts of a record together that are searched, and of all its custom texts."""


def texts_in(tx: Transaction, kind: str, facts: Mapping[str, Any]) -> str:
    """For the search: what is beyond its bounds is not found."""
    search = kinds_of(tx).by_name[kind].search
    own = [facts[name] for name in search.texts if facts.get(name)] if search is not None else []
    parts = ("\n".join(_custom_texts(tx, kind, facts))[:MOST_SEARCHED], "\n".join(own)[:MOST_SEARCHED])
    return "\n".join(filter(None, parts))


def _custom_texts(tx: Transaction, kind: str, facts: Mapping[str, Any]) -> Iterator[str]:
    for field in custom_fields_of(tx, kind).all:
        if facts.get(field.name) and type_of(field).searched:
            yield str(facts[field.name])


def passages_of(tx: Transaction, kind: Kind, records: Sequence[Any], text: str) -> dict[int, Snippet]:
    """By id, the passage of a long or custom text of those records that were not found by their name."""
    query = parse_query(text)
    known_by = kind.known_by or "name"
    others = [each for each in records if query and not holds(query, fold(getattr(each, known_by) or ""), "")]
    if query is None or not others:
        return {}
    own = _long_texts(tx, kind, [each.id for each in others])
    found = {each.id: _passage([*own.get(each.id, ()), *_custom(tx, kind, each)], query) for each in others}
    return {record_id: snippet for record_id, snippet in found.items() if snippet is not None}


def _passage(texts: Sequence[str], query: Query) -> Snippet | None:
    """Of the first text in which a place can be marked."""
    snippets = (snippet_of(text[:MOST_SEARCHED], query) for text in texts)
    return next((snippet for snippet in snippets if snippet.marks), None)


def _custom(tx: Transaction, kind: Kind, record: Any) -> list[str]:
    values = getattr(record, "custom", None) or {}
    named = {field.name: values.get(field.key) for field in custom_fields_of(tx, kind.name).all}
    return list(_custom_texts(tx, kind.name, named))


def _long_texts(tx: Transaction, kind: Kind, ids: Sequence[int]) -> dict[int, list[str]]:
    """Read for all at once: a row of a list may be without them."""
    if kind.search is None or not kind.search.texts:
        return {}
    among, params = among_values("t.id", "id", ids)
    rows = tx.tuples(
        f"""
        SELECT t.id, {", ".join(f"t.{name}" for name in kind.search.texts)}
          FROM {kind.table} t
         WHERE t.workspace_id = :workspace_id
           AND {among}
        """,
        **params,
    )
    return {row[0]: [str(text) for text in row[1:] if text] for row in rows}
