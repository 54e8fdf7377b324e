"""The descriptions of all kinds are whole: what the code does to a kind of record, its description tells."""

import ast
from pathlib import Path

import pytest
from flask import Flask

import crm
from crm.appliance.erased_rows import Descriptions
from crm.appliance.transfer import LEFT_OUT
from crm.config import Settings
from crm.db.database import Database
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.tables import describe_tables
from crm.kinds import KINDS
from crm.records.erasing import USUAL, Emptied, Removed
from crm.records.kind import Examples, Kind
from crm.web.auth import PUBLIC, permission_of
from crm.web.kinds.kind_words import OTHER, KindWords
from crm.web.kinds.words import WORDS

ALL = pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
NO_RECORDS = {"search_rebuilds"}
# What `tombstones.py` and the rooms put together of a kind's name and a verb.
COMPOSED = {
    "{}.deleted", "{}.restored", "{}.recovered", "{}.{}", "task.{}", "deal.{}", "file.{}", "conversation.{}",
    "template.{}", "{}.exported", "vehicle.{}", "{}.changed",
}  # fmt: skip


def recorded() -> set[str]:
    """The action of each call of `record(tx, …)` and `_record(tx, …)` in the program."""
    found = set()
    for path in Path(crm.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
                if name in {"record", "_record"}:
                    found.add(_text(node.args[1]))
    return {action for action in found if "." in action}


def _text(argument: ast.expr) -> str:
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in argument.values
        )
    return ""


def test_every_action_that_the_code_records_is_one_of_a_kind() -> None:
    found = recorded()
    assert {"client.created", "lead.moved", "backup.started"} <= found
    assert {action for action in found if "{}" in action} <= COMPOSED
    assert {action for action in found if "{}" not in action} - KINDS.actions.keys() == set()


@ALL
def test_each_action_has_its_sentence_and_its_undo_or_a_reason_why_not(kind: Kind) -> None:
    assert [name for name in kind.actions if WORDS.saying_of(name) is OTHER] == []
    for name, action in kind.actions.items():
        assert (action.undo is None) == bool(action.why_not), name
        assert action.undo != "change" or kind.changes is not None, name
        assert action.undo not in {"delete", "restore"} or kind.trash is not None, name


@ALL
def test_each_kind_with_numbers_is_one_on_which_they_hang(kind: Kind) -> None:
    """Else a workspace with such a record cannot be imported."""
    assert (kind.numbered is not None) == ("issued_numbers" in kind.parts)


@ALL
def test_each_kind_has_words_and_each_field_a_label(kind: Kind) -> None:
    words = WORDS.by_name[kind.name]
    assert words.kind is kind and str(words.one) and str(words.many) and words.icon
    fields = set(kind.fields.model_fields) if kind.fields else set()
    assert fields - WORDS.labels.keys() - {"subject", "subject_id", "done"} == set()
    assert kind.links.keys() <= WORDS.labels.keys()


@pytest.mark.parametrize("words", list(WORDS), ids=lambda words: words.name)
def test_words_are_of_a_kind_that_there_is_and_of_its_actions(words: KindWords) -> None:
    assert KINDS.by_name[words.name] is words.kind
    assert words.sayings.keys() == words.kind.actions.keys()
    assert words.counted.keys() <= words.kind.actions.keys()
    assert (words.list is None) == (words.kind.listing is None)
    assert words.record is None or (words.this is not None and words.some is not None)


@ALL
def test_each_kind_has_examples_or_a_reason_why_not(kind: Kind) -> None:
    assert isinstance(kind.examples, Examples) or kind.examples


@ALL
def test_each_kind_that_can_be_deleted_is_found_by_its_own_skeleton(kind: Kind) -> None:
    """But for what is known by its name alone; a call is a note."""
    assert kind.trash is None or kind.lookup is not None
    if kind.lookup is not None and kind.name != "call":
        record = kind.lookup.record
        assert (record.name, record.table) == (kind.name, kind.table)
        assert kind.known_by in {None, record.known_by}


def test_no_field_means_records_of_two_kinds_and_no_value_two_words() -> None:
    for name in {name for kind in KINDS for name in kind.links}:
        assert len({kind.links[name] for kind in KINDS if name in kind.links}) == 1, name
    assert {linked for kind in KINDS for linked in kind.links.values()} <= KINDS.by_name.keys()
    for name in {name for words in WORDS for name in words.labels}:
        assert len({str(words.labels[name]) for words in WORDS if name in words.labels}) == 1, name


def test_each_permission_is_used_and_each_route_has_one_that_there_is(app: Flask) -> None:
    used = {permission_of(app, rule.endpoint) for rule in app.url_map.iter_rules()} - {PUBLIC}
    known = {f"{kind.area}.{what}" for kind in KINDS for what in kind.permissions}
    of_no_kind = {name for name in used if str(name).startswith(("activities.", "backups.", "monitoring."))}
    assert used - of_no_kind - known == set()
    assert known - used - {"views.share"} == set()


def test_each_table_that_travels_is_one_of_a_kind(db: Database, settings: Settings) -> None:
    connection = open_reader(settings.sqlite_path)
    tables = describe_tables(connection)
    connection.close()
    travelling = {
        name
        for name, table in tables.items()
        if name not in LEFT_OUT and ("workspace_id" in table.columns or name == "workspaces")
    }
    assert travelling - KINDS.rows.keys() - NO_RECORDS == set()
    for kind in KINDS:
        assert kind.table in tables and kind.rows.keys() <= tables.keys()
        assert kind.known_by is None or kind.known_by in tables[kind.table].columns
        assert kind.trash is None or "deleted_at" in tables[kind.table].columns


def test_what_holds_a_record_can_be_deleted_itself(db: Database, settings: Settings) -> None:
    connection = open_reader(settings.sqlite_path)
    tables = describe_tables(connection)
    connection.close()
    holding = [(kind, pointer) for kind in KINDS for pointer in kind.pointers if pointer.holds]
    assert {(kind.name, pointer.column) for kind, pointer in holding} >= {
        ("client", "company_id"), ("lead", "stage_id"), ("lead", "type"),
    }  # fmt: skip
    for kind, pointer in holding:
        assert "deleted_at" in tables[pointer.of or kind.table].columns


@ALL
def test_each_kind_says_what_erasing_a_person_does_to_each_of_its_tables(kind: Kind) -> None:
    if isinstance(kind.erasing, str):
        assert kind.erasing
        assert [pointer for pointer in kind.pointers if pointer.when_erased] == []
        return
    assert kind.rows.keys() <= kind.erasing.keys()
    assert all(treatment for treatment in kind.erasing.values())


def test_each_column_of_a_row_that_is_emptied_is_emptied_or_says_nothing(
    db: Database, settings: Settings
) -> None:
    """A new column of such a table fails this until its kind says which it is."""
    connection = open_reader(settings.sqlite_path)
    tables = describe_tables(connection)
    connection.close()
    emptied = {table: of for table, of in treated().items() if isinstance(of, Emptied)}
    assert emptied.keys() >= {"clients", "leads", "notes", "tasks", "files", "messages", "inbound_events"}
    for table, treatment in emptied.items():
        assert not treatment.values.keys() & treatment.keeps, table
        said = treatment.values.keys() | treatment.keeps
        assert set(tables[table].columns) - USUAL == said - USUAL, table
        assert said & USUAL <= set(tables[table].columns), table
        assert "id" in tables[table].columns or Descriptions.of(KINDS).is_leaf(table), table


def treated() -> dict[str, Emptied | Removed]:
    return {
        table: treatment
        for kind in KINDS
        if not isinstance(kind.erasing, str)
        for table, treatment in kind.erasing.items()
        if not isinstance(treatment, str)
    }


def test_each_column_that_points_to_what_can_be_erased_says_what_happens_then() -> None:
    """Rows that are erased with another are emptied or removed, never forgotten."""
    known = treated()
    for kind in KINDS:
        for pointer in kind.pointers:
            table = pointer.of or kind.table
            assert (pointer.when_erased is not None) == (pointer.table in known), (table, pointer.column)
            assert pointer.when_erased != "erase" or table in known, (table, pointer.column)
            assert not pointer.owns or {table, pointer.table} <= known.keys(), (table, pointer.column)
        assert kind.hangs_on is None or kind.hanging in known, kind.name


def test_each_reference_of_the_schema_is_a_pointer_of_a_kind(db: Database, settings: Settings) -> None:
    """So that what moves, merges or erases records finds all columns that point to one."""
    connection = open_reader(settings.sqlite_path)
    tables = describe_tables(connection)
    connection.close()
    pointed = {
        (table, column, reference.parent)
        for table in KINDS.rows
        for reference in tables[table].references
        for column, _ in reference.pairs
        if column != "workspace_id"
    }
    named = [
        (pointer.of or kind.table, pointer.column, pointer.table)
        for kind in KINDS
        for pointer in kind.pointers
        if pointer.in_schema
    ]
    assert sorted(named) == sorted(pointed), "each by one pointer, and by no more"
