"""Every row of an export passes the rules that a written one passes, or nothing of the export is taken in."""

import re
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import hypothesis
import orjson
import pytest
from hypothesis import strategies as st

from crm.appliance.arriving_rows import OTHERS, rule_of
from crm.appliance.arriving_rows import admit_row as admit_by_rules
from crm.appliance.transfer import LEFT_OUT, export_to, import_from
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.startup import prepare
from crm.db.sqlite.tables import describe_tables
from crm.db.tables import Table
from crm.db.transfer.archive import TransferFailed
from crm.db.transfer.exporting import exported_tables
from crm.db.transfer.records import read_record
from crm.kinds import KINDS
from crm.row_rules import COMMON, RowRules
from tests.support.exports import Members, members_of, rows_in
from tests.support.places import settings_below
from tests.support.rich import Rich

LONG = "x" * 3_000_000
RULES = KINDS.rows
admit_row = partial(admit_by_rules, RULES)
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
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    with closing(open_writer(tmp_path_factory.mktemp("schema") / "crm.db", create=True)) as connection:
        migrate(connection, load_migrations())
        yield connection


@pytest.fixture(scope="module")
def tables(schema: apsw.Connection) -> dict[str, Table]:
    return {table.name: table for table in exported_tables(describe_tables(schema), LEFT_OUT)}


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
    assert before.keys() == after.keys()
    assert [name for name in before if _without_state(before[name]) != _without_state(after[name])] == []


def _without_state(member: bytes) -> bytes:
    """Each arrival gives the custom fields a new state, so that no process goes on with what it had read."""
    return re.sub(rb'"custom_state":"[0-9a-f]{32}"', b"", member)


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


def test_columns_without_a_rule_are_bounded_still() -> None:
    assert OTHERS[str]("x" * 1_000_001) and OTHERS[int](2**60) and OTHERS[bytes](bytes(3_000_000))
