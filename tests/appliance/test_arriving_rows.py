"""Every row of an export passes the rules that a written one passes, or nothing of the export is taken in."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import hypothesis
import orjson
import pytest
from hypothesis import strategies as st

from crm.accounts.passwords import DECOY, hash_password, is_affordable, verify_password
from crm.appliance.arriving_rows import OTHERS, rule_of
from crm.appliance.arriving_rows import admit_row as admit_by_rules
from crm.appliance.transfer import LEFT_OUT, export_to, import_from
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.startup import prepare
from crm.db.sqlite.tables import describe_tables
from crm.db.tables import Table
from crm.db.transfer.archive import TransferFailed
from crm.db.transfer.exporting import exported_tables
from crm.db.transfer.records import read_record
from crm.kinds import KINDS, open_database
from crm.row_rules import COMMON, RowRules
from tests.support.exports import Members, forged, members_of, pack, rows_in, with_rows
from tests.support.places import settings_below
from tests.support.rich import Rich, export_everything

LONG = "x" * 3_000_000
RULES = KINDS.rows
admit_row = partial(admit_by_rules, RULES)
DEEP = '{"a":' * 200 + "1" + "}" * 200
WRONG: dict[str, list[object]] = {
    "INTEGER": ["1", 1.5, True, [], {}, 2**63, -(2**63) - 1, {"base64": "AA=="}],
    "TEXT": [1, 1.5, True, [], {}, {"base64": "AA=="}],
    "BLOB": ["text", 1, [], {}, {"base64": 1}, {"base64": "?"}, {"base64": "AA==", "more": 1}],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Rich:
    folder = tmp_path_factory.mktemp("rich")
    settings = settings_below(folder)
    prepare(settings)
    return export_everything(settings, folder / "workspace.zip")


@pytest.fixture(scope="module")
def members(rich: Rich) -> Members:
    return members_of(rich.export)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    with closing(open_writer(tmp_path_factory.mktemp("schema") / "crm.db", create=True)) as connection:
        migrate(connection, load_migrations())
        yield connection


@pytest.fixture(scope="module")
def tables(schema: apsw.Connection) -> dict[str, Table]:
    return {table.name: table for table in exported_tables(schema, LEFT_OUT)}


def workspaces_of(settings: Settings) -> list[int]:
    with closing(open_database(settings)) as db:
        return [row["id"] for row in db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM)]


def test_each_column_that_travels_has_its_rule(schema: apsw.Connection, tables: dict[str, Table]) -> None:
    """A new column needs a line in its room's `rows.py`, unless its CHECK lists what may stand there."""
    without = []
    for table in tables.values():
        rules = RULES.get(table.name, RowRules({}))
        sql = str(
            schema.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table.name,)).fetchall()[0][0]
        )
        for column in table.columns:
            known = column in rules.columns or column in COMMON or column in rules.made
            if not known and not re.search(rf"CHECK \({column} (IN|BETWEEN) ", sql):
                without.append(f"{table.name}.{column}")
    assert without == []


def test_the_rules_name_no_column_that_is_not_there(schema: apsw.Connection) -> None:
    known = describe_tables(schema)
    for name, rules in RULES.items():
        assert (rules.columns.keys() - COMMON.keys()) | rules.made.keys() <= set(known[name].columns), name


def test_the_rich_export_has_rows_of_nearly_all_tables(members: Members, tables: dict[str, Table]) -> None:
    empty = {name for name in tables if not rows_in(members, name)}
    seldom = {"conversation_twins", "channel_news"}
    assert empty <= seldom | {"conversation_leads", "conversation_reads", "message_statuses", "message_media"}


def test_what_the_application_wrote_comes_in_as_it_is(rich: Rich, tmp_path: Path) -> None:
    fresh = settings_below(tmp_path / "fresh")
    prepare(fresh)
    assert not import_from(fresh, rich.export).moved
    export_to(fresh, rich.workspace_id, tmp_path / "again.zip")
    before, after = members_of(rich.export), members_of(tmp_path / "again.zip")
    del before["manifest.json"], before["manifest.sha256"], after["manifest.json"], after["manifest.sha256"]
    assert before == after


def test_each_column_takes_values_of_its_type_alone(members: Members, tables: dict[str, Table]) -> None:
    for table in tables.values():
        for row in rows_in(members, table.name)[:1]:
            for column, kind in table.types:
                for value in WRONG[kind]:
                    line = orjson.dumps(row | {column: str(value) if _too_large(value) else value})
                    line = (
                        line.replace(f'"{value}"'.encode(), str(value).encode())
                        if _too_large(value)
                        else line
                    )
                    with pytest.raises(TransferFailed, match=rf"Row 3 of {table.name} .*{column} "):
                        read_record(line, table, 3, admit_row)


def test_what_is_missing_is_refused_or_may_be(members: Members, tables: dict[str, Table]) -> None:
    for table in tables.values():
        for row in rows_in(members, table.name)[:1]:
            for column in table.columns:
                assert read_record(orjson.dumps(row | {column: None}), table, 1, admit_row)[
                    column
                ] is None or (column in RULES[table.name].made)


def _too_large(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63


def test_each_text_is_bounded_and_each_number_too(members: Members, tables: dict[str, Table]) -> None:
    for table in tables.values():
        rules = RULES[table.name]
        for row in rows_in(members, table.name)[:1]:
            for column, kind in table.types:
                huge: Any = {"TEXT": LONG, "INTEGER": 2**62, "BLOB": {"base64": "AAAA" * 1_000_000}}[kind]
                listed = column not in rules.columns and column not in COMMON
                if listed or column in rules.made:
                    continue
                with pytest.raises(TransferFailed, match=rf"Row 1 of {table.name} .*{column} "):
                    read_record(orjson.dumps(row | {column: huge}), table, 1, admit_row)


@hypothesis.settings(max_examples=400, deadline=None)
@hypothesis.given(data=st.data())
def test_whatever_stands_in_a_row_it_is_refused_by_name_or_follows_the_rules(
    members: Members, tables: dict[str, Table], data: st.DataObject
) -> None:
    table = tables[data.draw(st.sampled_from(sorted(name for name in tables if rows_in(members, name))))]
    row = rows_in(members, table.name)[0]
    row[data.draw(st.sampled_from(table.columns) | st.text(max_size=8))] = data.draw(ANYTHING)
    try:
        admitted = read_record(_dumped(row), table, 1, admit_row)
    except TransferFailed as error:
        refusal = error.message
    else:
        _follows_the_rules(table, admitted)
        return
    assert table.name in refusal


def _follows_the_rules(table: Table, admitted: dict[str, Any]) -> None:
    rules = RULES[table.name]
    assert set(admitted) == set(table.columns)
    for column, value in admitted.items():
        assert value is None or column in rules.made or rule_of(rules, column, value)(value) is None


def _dumped(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row)
    except (TypeError, orjson.JSONEncodeError):
        return b'{"too": "large"}'


@pytest.mark.parametrize("line", [b"", b"[]", b"1", b"null", b"{", b'{"id": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_row_is_refused(tables: dict[str, Table], line: bytes) -> None:
    with pytest.raises(TransferFailed, match=r"Row 1 of clients"):
        read_record(line, tables["clients"], 1, admit_row)


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
        ("clients", _twice, "Row 3 of clients"),
        ("users", _nobody_owns, "owner who can log in"),
        ("workspaces", _twice, "Row 2 of workspaces"),
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
    with pytest.raises(TransferFailed, match=reason):
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


@pytest.mark.parametrize(
    "dear",
    ["m=1048576,t=2,p=1", "m=19456,t=3,p=1", "m=19456,t=2,p=2", "m=0,t=2,p=1", "m=19456,t=0,p=1"],
)
def test_a_password_hash_that_costs_more_than_ours_is_never_verified(dear: str) -> None:
    assert is_affordable(DECOY) and is_affordable("!")
    forged_hash = DECOY.replace("m=19456,t=2,p=1", dear)
    assert not is_affordable(forged_hash) and not verify_password(forged_hash, "whatever it is")


def test_our_own_hashes_are_affordable() -> None:
    made = hash_password("violet-otter-93-lamp")
    assert is_affordable(made) and verify_password(made, "violet-otter-93-lamp")


def test_columns_without_a_rule_are_bounded_still() -> None:
    assert OTHERS[str]("x" * 1_000_001) and OTHERS[int](2**60) and OTHERS[bytes](bytes(3_000_000))
