"""What the ledger names can be found again, whatever the rooms call their tables."""

import re

from crm.config import PROJECT_ROOT, Settings
from crm.db.database import Database
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.tables import tables_of
from crm.kinds import KINDS

RECORDED = re.compile(r'record\(\s*tx,\s*"[a-z_]+\.[a-z_]+",\s*"([a-z_]+)"')


def test_each_entity_on_the_ledger_has_its_table(db: Database, settings: Settings) -> None:
    connection = open_reader(settings.sqlite_path)
    tables = set(tables_of(connection))
    connection.close()
    sources = (path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "crm").rglob("*.py"))
    entities = {entity for source in sources for entity in RECORDED.findall(source)}
    assert {"client", "lead", "workspace"} <= entities
    assert {entity for entity in entities if KINDS.table_of(entity) not in tables} == set()
    assert all(KINDS.entity_of(KINDS.table_of(entity)) == entity for entity in entities)


def test_each_search_index_is_made_anew(db: Database, settings: Settings) -> None:
    connection = open_reader(settings.sqlite_path)
    rows = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'virtual'").fetchall()
    connection.close()
    indexes = {kind.search.index for kind in KINDS if kind.search is not None}
    assert {str(name) for (name,) in rows} == indexes - {None}
