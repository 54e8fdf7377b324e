"""One numbered migration in PostgreSQL's words: by rule, or from its own file where no rule is enough."""

import re
from collections.abc import Callable, Iterator

import apsw

from crm.db.migrations import FOLDER, Migration, MigrationRefused
from crm.db.postgres.schema import (
    COMMENT,
    NOT_MADE,
    blueprint,
    column_text,
    index_text,
    keyed_tables,
    references_of,
    search_table,
    table_text,
    trigger_texts,
)
from crm.db.postgres.wording import by_rule
from crm.db.sqlite.tables import tables_of

OWN = FOLDER / "postgres"
"""Files of the same names as the migrations in whose place they run."""
ADDED = re.compile(r"ALTER TABLE (\w+)\s+ADD COLUMN\s+(.*)", re.DOTALL | re.IGNORECASE)
FIRST = re.compile(
    r"(CREATE (?:UNIQUE )?\w+|ALTER TABLE|DROP \w+|INSERT|UPDATE|DELETE)\b(?:\s+(?:TABLE\s+)?(\w+))?"
)


def statements_for(migration: Migration, migrations: list[Migration]) -> list[str]:
    """Raises MigrationRefused for what no rule can say."""
    own = OWN / f"{migration.number:04}_{migration.name}.sql"
    if own.exists():
        return [own.read_text("utf-8")]
    before, after = blueprint(migrations[: migration.number - 1]), blueprint(migrations[: migration.number])
    try:
        keyed = keyed_tables(after)
        said = [each for text in _statements(migration.sql) for each in _worded(text, keyed, migration)]
        return [*said, *_new_references(before, after)]
    finally:
        before.close()
        after.close()


Words = Callable[[str, str, set[str]], list[str]]
WORDS: dict[str, Words] = {
    "CREATE TABLE": lambda name, text, _: [table_text(name, text)],
    "CREATE VIRTUAL": lambda name, _, __: search_table(name),
    "CREATE INDEX": lambda _, text, keyed: [index_text(text, keyed)],
    "CREATE UNIQUE INDEX": lambda _, text, keyed: [index_text(text, keyed)],
    "CREATE TRIGGER": lambda _, text, __: trigger_texts(text),
    "DROP TRIGGER": lambda name, _, __: [f"DROP FUNCTION {name}() CASCADE"],
    **dict.fromkeys(("DROP INDEX", "INSERT", "UPDATE", "DELETE"), lambda _, text, __: [by_rule(text)]),
}
"""By how a statement begins; each takes its name, its text, and the tables whose rows have an id."""


def _statements(sql: str) -> Iterator[str]:
    """One by one; a trigger has statements within."""
    text = ""
    for piece in COMMENT.sub("", sql).split(";"):
        text += f"{piece};"
        if apsw.complete(text):
            if text.strip("; \n"):
                yield text.strip()[:-1].strip()
            text = ""


def _worded(text: str, keyed: set[str], migration: Migration) -> list[str]:
    found = FIRST.match(text)
    kind, name = (found[1].upper(), found[2]) if found else ("", "")
    added = ADDED.fullmatch(text)
    if added is not None:
        return [f"ALTER TABLE {added[1]} ADD COLUMN {column_text(added[2])}"]
    if kind in ("CREATE TRIGGER", "DROP TRIGGER") and NOT_MADE in name:
        return []
    words = WORDS.get(kind)
    if words is not None:
        return words(name, text, keyed)
    raise MigrationRefused(
        f"migration {migration.number:04} ({migration.name}) has a statement that no rule translates for "
        f"PostgreSQL: it needs a file of its own in {OWN.name}/: {' '.join(text.split())[:80]}"
    )


def _new_references(before: apsw.Connection, after: apsw.Connection) -> list[str]:
    known = {each for table in tables_of(before) for each in references_of(before, table)}
    return [each for table in tables_of(after) for each in references_of(after, table) if each not in known]
