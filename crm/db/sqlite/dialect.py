"""The SQL that only SQLite understands."""

from crm.db.grams import row_conditions
from crm.db.sqlite.fulltext import forget_texts, hits_of, index_many, index_texts
from crm.db.sqlite.ids import keep_ids, last_id
from crm.db.sqlite.list_pages import read_page
from crm.db.sqlite.list_plan import count_page, plan_rows


class SQLiteDialect:
    """Implements the dialect of `crm/db/dialect.py`."""

    read_page = staticmethod(read_page)
    count_page = staticmethod(count_page)
    plan_rows = staticmethod(plan_rows)
    hits = staticmethod(hits_of)
    holds = staticmethod(row_conditions)
    index_texts = staticmethod(index_texts)
    index_many = staticmethod(index_many)
    forget_texts = staticmethod(forget_texts)
    last_id = staticmethod(last_id)
    keep_ids = staticmethod(keep_ids)
