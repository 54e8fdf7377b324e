"""Rules for rows that come from a file or backup instead of an operation.

A rule takes a value that is not NULL and has the type of its column, and returns what is wrong with it, or
None. Whether a column may be NULL, and what its CHECK says, the schema decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from crm import clock
from crm.field_refusals import refusal_of
from crm.fields import STORED

Rule = Callable[[Any], str | None]
Row = Mapping[str, Any]

MOST_ID = 2**40
"""Far beyond what is ever given, and far below where numbers end: a thousand imports may move ids."""

MOST_COUNT = 2**31 - 1
JSON_DEPTH = 24
MOST_BYTES = 2 * 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OPENING = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


@dataclass(frozen=True, slots=True)
class RowRules:
    """`made` are columns that are computed from the others."""

    columns: Mapping[str, Rule]
    made: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)


def fits(kind: Any) -> Rule:
    """As a field of that type takes it, and in the very form in which it is stored."""
    adapter = _adapter(kind)

    def check(value: Any) -> str | None:
        try:
            taken = adapter().validate_python(value, context=STORED)
        except ValidationError as error:
            return refusal_of(error).problems[0].message
        return None if taken == value else "is not in the form in which it is stored"

    return check


def _adapter(kind: Any) -> Callable[[], TypeAdapter[Any]]:
    """Made when a row is first looked at: few processes ever do, and there are over a hundred."""
    return cache(lambda: TypeAdapter(kind))


def matches(pattern: str, what: str) -> Rule:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: None if compiled.fullmatch(value) else f"is not {what}"


def one_of(*known: str) -> Rule:
    return lambda value: None if value in known else f"must be one of {', '.join(known)}"


def whole_number(least: int, most: int) -> Rule:
    return lambda value: None if least <= value <= most else f"must be from {least} to {most}"


def text(most: int) -> Rule:
    """Of many lines, perhaps from a stranger: without invisible characters."""

    def check(value: str) -> str | None:
        if len(value) > most:
            return f"may have at most {most} characters"
        return "holds control characters" if _CONTROLS.search(value) else None

    return check


def any_text(most: int) -> Rule:
    """Text of any shape, held to its length: what another system sent, or what is derived here."""
    return lambda value: None if len(value) <= most else f"may have at most {most} characters"


def content(most: int = MOST_BYTES) -> Rule:
    return lambda value: None if len(value) <= most else f"may have at most {most} bytes"


def json_of(kind: Any = None, shape: type = dict) -> Rule:
    """JSON of an object or a list, of no great depth; where `kind` is given, one that a field of it takes."""
    adapter = _adapter(kind) if kind is not None else None

    def check(value: str | bytes) -> str | None:
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        if len(raw) > MOST_BYTES:
            return f"may have at most {MOST_BYTES} bytes"
        if json_depth(raw) > JSON_DEPTH:
            return "is nested too deeply"
        try:
            found = orjson.loads(raw)
            if adapter is not None:
                adapter().validate_python(found, context=STORED)
        except (ValueError, TypeError):
            return "is not JSON of the kind that is stored"
        return None if isinstance(found, shape) else "is not JSON of the kind that is stored"

    return check


def json_depth(raw: bytes) -> int:
    """How deep arrays and objects are in each other, by their brackets alone."""
    depth = deepest = 0
    for found in _OPENING.finditer(raw):
        sign = found[0][:1]
        if sign == b'"':
            continue
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def moment(value: str) -> str | None:
    try:
        good = _MOMENT.fullmatch(value) and clock.from_text(value).year >= 1970
    except ValueError:
        good = False
    return None if good else "is not a time such as 2026-11-21T07:39:11.000Z"


def day(value: str) -> str | None:
    try:
        good = _DAY.fullmatch(value) and clock.from_text(value).year >= 1970
    except ValueError:
        good = False
    return None if good else "is not a day such as 2026-11-21"


record_id = whole_number(1, MOST_ID)
count = whole_number(0, MOST_COUNT)
digest = matches(r"[0-9a-f]{64}", "a SHA-256 in hexadecimal")

COMMON: Mapping[str, Rule] = {
    "id": record_id,
    "workspace_id": record_id,
    "version": whole_number(1, MOST_COUNT),
    **dict.fromkeys(("created_at", "updated_at", "deleted_at", "archived_at"), moment),
}
"""Columns that mean the same in every table."""


def columns(**rules: Rule) -> Mapping[str, Rule]:
    return {**COMMON, **rules}


def key_of(column: str, make: Callable[[str], Any]) -> Callable[[Row], Any]:
    """What a comparable form is made of, which may be missing."""
    return lambda row: make(row[column]) if row[column] is not None else None


def ids(*names: str) -> Mapping[str, Rule]:
    return dict.fromkeys(names, record_id)


def moments(*names: str) -> Mapping[str, Rule]:
    return dict.fromkeys(names, moment)
