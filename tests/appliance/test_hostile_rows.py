"""A row with a hostile value, or rows that contradict each other, are refused by table and column."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transfer.archive import TransferFailed
from crm.kinds import open_database
from tests.support.exports import forged, members_of, pack, rows_in, with_rows
from tests.support.rich import Rich

DEEP = '{"a":' * 200 + "1" + "}" * 200


def workspaces_of(settings: Settings) -> list[int]:
    with closing(open_database(settings)) as db:
        return [row["id"] for row in db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM)]


HOSTILE: list[tuple[str, str, object]] = [
    ("files", "stored_name", "/etc/passwd"),
    ("files", "stored_name", "../data/crm.db"),
    ("files", "name", "../../x.txt"),
    ("files", "media_type", "text/html"),
    ("files", "sha256", "0"),
    ("files", "size", -1),
    ("users", "password_hash", "$argon2id$v=19$m=1048576,t=2,p=1$ouO61ffilAB04QMkSy8qVg$" + "A" * 43),
    ("users", "password_hash", "$argon2id$v=19$m=19456,t=4000,p=1$ouO61ffilAB04QMkSy8qVg$" + "A" * 43),
    ("users", "password_hash", "$argon2id$v=19$m=19456,t=2,p=64$ouO61ffilAB04QMkSy8qVg$" + "A" * 43),
    ("users", "password_hash", "plain"),
    ("users", "email", "Owner@Example.org"),
    ("users", "email", "no address"),
    ("users", "name", "Eve\u202e"),
    ("users", "name", "Eve\n"),
    ("users", "name", "\x00"),
    ("users", "timezone", "../../etc/passwd"),
    ("users", "language", "xx-nowhere"),
    ("users", "locale", "xx-nowhere"),
    ("workspaces", "locale", "../../de"),
    ("workspaces", "currency", "€€€"),
    ("workspaces", "id", 2**41),
    ("tokens", "token_hash", "not a hash"),
    ("tokens", "expires_at", "9999-12-31T00:00:00.000Z"),
    ("tokens", "scope", "admin"),
    ("invitations", "expires_at", "2199-12-31T00:00:00.000Z"),
    ("invitations", "role", "god"),
    ("clients", "created_at", "yesterday"),
    ("clients", "created_at", "2026-13-01T00:00:00.000Z"),
    ("clients", "website", "javascript:alert(1)"),
    ("clients", "phone", "call me"),
    ("clients", "version", 0),
    ("clients", "kind", "robot"),
    ("leads", "value_minor", 10**17),
    ("leads", "rank", "../"),
    ("leads", "rank", "i00000000"),
    ("stages", "colour", "red;background:url(//x)"),
    ("notes", "subject", "users"),
    ("tasks", "repeat", "hourly"),
    ("saved_views", "list", "users"),
    ("activity_contents", "after", DEEP),
    ("activity_contents", "after", "[]"),
    ("messages", "facts", '{"a":'),
    ("outbox", "payload", '{"unknown": 1}'),
    ("message_templates", "links", '[{"button": 99}]'),
    ("channels", "address", "../../me"),
]


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_value_is_refused_by_its_table_and_column_and_nothing_is_stored(
    rich: Rich, prepared: Settings, tmp_path: Path, case: tuple[str, str, object]
) -> None:
    table, column, value = case
    source = forged(rich.export, tmp_path / "forged.zip", table, lambda row: row.update({column: value}))
    with pytest.raises(TransferFailed, match=rf"Row 1 of {table} in the export does not fit: .*{column}"):
        import_from(prepared, source)
    assert workspaces_of(prepared) == []
    assert list(prepared.upload_folder.glob("[0-9]*")) == []
    assert list(prepared.sqlite_path.parent.glob(".part-*")) == []


def _twice(rows: list[dict[str, Any]]) -> None:
    rows.append(dict(rows[0]))


def _nobody_owns(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["role"] = "viewer"


def _named(column: str, value: object) -> Callable[[list[dict[str, Any]]], None]:
    return lambda rows: rows[0].update({column: value})


@pytest.mark.parametrize(
    "case",
    [
        ("clients", _twice, "Row {count} of clients"),
        ("users", _nobody_owns, "owner who can log in"),
        ("workspaces", _twice, "Row {count} of workspaces"),
        ("notes", _named("subject_id", 999), "notes: subject_id names nothing"),
        ("tasks", _named("subject_id", 999), "tasks: subject_id names nothing"),
        ("clients", _named("company_id", 2), "company_id names one that is no company"),
        ("clients", _named("owner_id", 999), "refers to rows"),
        ("clients", _named("workspace_id", 2), "refers to rows|of another workspace"),
        ("files", _named("name", "letter.pdf"), "is not taken"),
        ("activities", _named("action", "client.deleted"), "ledger is broken"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(
    rich: Rich, prepared: Settings, tmp_path: Path, case: tuple[str, Any, str]
) -> None:
    table, change, reason = case
    members = members_of(rich.export)
    rows = rows_in(members, table)
    change(rows)
    source = pack(tmp_path / "forged.zip", with_rows(members, table, rows))
    with pytest.raises(TransferFailed, match=reason.format(count=len(rows))):
        import_from(prepared, source)
    assert workspaces_of(prepared) == []


@pytest.mark.parametrize(
    "table", ["sessions", "devices", "idempotency_keys", "login_attempts", "sqlite_schema", "x"]
)
def test_a_table_that_does_not_travel_is_refused_by_name(
    rich: Rich, prepared: Settings, tmp_path: Path, table: str
) -> None:
    source = pack(tmp_path / "forged.zip", with_rows(members_of(rich.export), table, []))
    with pytest.raises(TransferFailed, match=f"is never exported: '{table}'"):
        import_from(prepared, source)


def test_what_follows_from_other_columns_is_made_anew(rich: Rich, prepared: Settings, tmp_path: Path) -> None:
    source = forged(rich.export, tmp_path / "forged.zip", "clients", lambda row: row.update(name_key="zzz"))
    import_from(prepared, source)
    export_to(prepared, rich.workspace_id, tmp_path / "again.zip")
    assert rows_in(members_of(tmp_path / "again.zip"), "clients") == rows_in(
        members_of(rich.export), "clients"
    )
