"""Reading a row from a line of an export: only the table's columns and types."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, cast

import orjson

from crm.db.tables import Table
from crm.db.transfer.archive import BLOB, Record, TransferFailed
from crm.db.values import SQLValue
from crm.errors import Invalid

Admit = Callable[[str, Record], Record]
"""Looks at a row of a table, and returns it with what follows from its columns. Raises Invalid by column."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1
TYPES: dict[str, type] = {"INTEGER": int, "TEXT": str, "BLOB": bytes}


def read_record(line: bytes, table: Table, number: int, admit: Admit) -> Record:
    """Raises TransferFailed that names the row and its column."""
    try:
        given = orjson.loads(line)
    except (ValueError, RecursionError) as error:
        raise TransferFailed(f"Row {number} of {table.name} in the export is not JSON.") from error
    if not isinstance(given, dict):
        raise TransferFailed(f"Row {number} of {table.name} in the export is not an object.")
    try:
        _refuse_other_columns(given, table)
        return admit(table.name, {name: _decode(name, given[name], kind) for name, kind in table.types})
    except Invalid as refusal:
        first = refusal.problems[0]
        raise refused(table.name, number, f"{first.field} {first.message}") from refusal


def refused(table: str, number: int, reason: str) -> TransferFailed:
    return TransferFailed(f"Row {number} of {table} in the export does not fit: {reason}.")


def _refuse_other_columns(given: dict[str, Any], table: Table) -> None:
    known = set(table.columns)
    for name in given:
        if name not in known:
            raise Invalid.field(repr(name[:80]), "is not a known column")
    for name in table.columns:
        if name not in given:
            raise Invalid.field(name, "is missing")


def _decode(name: str, value: Any, kind: str) -> SQLValue:
    """As STRICT tables take it, without the conversions of which they are capable."""
    if value is None:
        return None
    if kind == "BLOB":
        value = _bytes_of(name, value)
    if isinstance(value, bool) or not isinstance(value, TYPES[kind]):
        raise Invalid.field(name, f"must be of the type {kind}")
    if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        raise Invalid.field(name, "is too large")
    return cast(SQLValue, value)


def _bytes_of(name: str, value: Any) -> bytes:
    if not isinstance(value, dict) or value.keys() != {BLOB} or not isinstance(value[BLOB], str):
        raise Invalid.field(name, f'must be an object with "{BLOB}"')
    try:
        return base64.b64decode(value[BLOB], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.field(name, "is not base64") from error
