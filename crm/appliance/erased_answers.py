"""The stored answers of repeatable requests about an erased person."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from crm.appliance.erased_rows import Rows
from crm.appliance.erased_words import Words
from crm.db.idempotency import kept_answers, replace_answer
from crm.db.transaction import Transaction
from crm.records.kinds import Kinds, kinds_of

GONE = 410
PLACE = re.compile(r"/([a-z-]+)/(\d+)\b")


def erase_answers(tx: Transaction, words: Words, found: Rows) -> None:
    """A repeat of such a request learns that it was erased, and makes nothing anew."""
    kinds = kinds_of(tx)
    for answer in kept_answers(tx):
        if _is_about(kinds, answer.body, answer.headers, words, found):
            problem = {
                "type": "about:blank",
                "title": "Gone",
                "status": GONE,
                "detail": "What this request was about has been erased.",
                "request_id": tx.actor.request_id,
            }
            headers = {"Content-Type": "application/problem+json"}
            replace_answer(tx, answer, GONE, headers, orjson.dumps(problem))


def _is_about(kinds: Kinds, body: bytes, headers: Mapping[str, str], words: Words, found: Rows) -> bool:
    places = PLACE.findall(headers.get("Location", ""))
    if any(int(number) in found.get(name.replace("-", "_"), ()) for name, number in places):
        return True
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return words.are_in(body.decode(errors="replace"))
    return words.are_among(value) or any(_points_there(kinds, each, found) for each in _objects(value))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
    for each in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _points_there(kinds: Kinds, facts: Mapping[str, Any], found: Rows) -> bool:
    """By a field that holds the id of an erased record, such as `client_id`, or by its subject."""
    named = kinds.by_name.get(str(facts.get("subject")))
    if named is not None and facts.get("subject_id") in found.get(named.table, ()):
        return True
    return any(
        facts.get(f"{kind.name}_id") in found.get(kind.table, ()) for kind in kinds if kind.table in found
    )
