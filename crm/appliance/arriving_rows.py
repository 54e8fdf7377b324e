"""Whether an import could have been written here: each row, each file, and all rows together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm.conversations.transport.media_types import KEPT
from crm.db.copy import Copy
from crm.db.transfer.archive import Record, TransferFailed
from crm.errors import Invalid, WrongType
from crm.files.filetypes import recognise
from crm.records.kind import Kind
from crm.records.kinds import Kinds
from crm.row_rules import COMMON, RowRules, Rule, any_text, content, whole_number

OTHERS: Mapping[type, Rule] = {
    int: whole_number(-(2**53), 2**53),
    str: any_text(1_000_000),
    bytes: content(),
}
"""For what only the schema knows, such as values that it lists."""

CONTRADICTIONS: Mapping[str, str] = {
    "workspaces: there must be one": "SELECT 1 WHERE (SELECT count(*) FROM workspaces) <> 1",
    "users: none of them is an owner who can log in": """
        SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = 'owner' AND disabled_at IS NULL)""",
}
"""Each with a statement that finds a row when it is so."""


def admit_row(known: Mapping[str, RowRules], table: str, record: Record) -> Record:
    """The row, with its derived columns computed again. Raises Invalid by column."""
    rules = known.get(table, RowRules({}))
    for name, value in record.items():
        if value is not None and name not in rules.made:
            wrong = rule_of(rules, name, value)(value)
            if wrong is not None:
                raise Invalid.field(name, wrong)
    made = {name: make(record) for name, make in rules.made.items() if name in record}
    return {**record, **made}


def rule_of(rules: RowRules, name: str, value: Any) -> Rule:
    return rules.columns.get(name) or COMMON.get(name) or OTHERS[type(value)]


def look_at_file(copy: Copy, stored_name: str, place: Path) -> None:
    """Its content is what its row says, as with an upload. Raises TransferFailed."""
    sql = "SELECT id, name, media_type FROM files WHERE stored_name = ?"
    for file_id, name, media_type in copy.rows(sql, stored_name):
        try:
            with place.open("rb") as stream:
                found = recognise(str(name), stream, KEPT).media_type
        except WrongType as error:
            raise TransferFailed(
                f"The file files/{file_id!r} of the export is not taken: {error.message}"
            ) from error
        if found != media_type:
            raise TransferFailed(
                f"The file files/{file_id!r} of the export is not the {media_type!s} that its row says."
            )


def refuse_contradictions(kinds: Kinds, copy: Copy) -> None:
    for what, sql in {**CONTRADICTIONS, **_of_kinds(kinds)}.items():
        if copy.rows(f"{sql} LIMIT 1"):
            raise TransferFailed(f"The export contradicts itself. Of {what}.")


def _of_kinds(kinds: Kinds) -> dict[str, str]:
    found = {what: sql for kind in kinds for what, sql in kind.contradictions.items()}
    for kind in kinds:
        if kind.hangs_on is not None:
            found[f"{kind.hanging}: {kind.hangs_on[1]} names nothing"] = _hanging_on_nothing(kinds, kind)
    return found


def _hanging_on_nothing(kinds: Kinds, kind: Kind) -> str:
    """Parts of a record that cannot have them, or that does not exist."""
    name, number = kind.hangs_on or ("", "")
    bearers = kinds.bearing(kind)
    missing = "".join(
        f"""
            OR (h.{name} = '{bearer.name}'
                AND NOT EXISTS (SELECT 1 FROM {bearer.table} WHERE id = h.{number}))"""
        for bearer in bearers
    )
    known = ", ".join(f"'{bearer.name}'" for bearer in bearers) or "''"
    return f"""
        SELECT 1
          FROM {kind.hanging} h
         WHERE h.{name} NOT IN ({known}){missing}"""
