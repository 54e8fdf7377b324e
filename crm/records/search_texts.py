"""What a search finds records by that have a name and a few further words."""

from collections.abc import Iterable

from crm.db.folding import fold, sought_in
from crm.db.fulltext import index_texts
from crm.db.transaction import Transaction
from crm.records.keys import sort_key
from crm.records.skeleton import Skeleton


def index_words(
    tx: Transaction,
    kind: Skeleton,
    search: str,
    record_id: int,
    *,
    name: str,
    words: Iterable[str | None],
    custom: str = "",
) -> None:
    """Its name, further words and custom texts: in its row, and in the index where it is not yet."""
    found = sought_in(name, custom)
    sought = " ".join([found.words, *(fold(text) for text in (*words, custom) if text)]).strip()
    tx.run(
        f"""
        UPDATE {kind.table}
           SET sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :record_id
           AND (sought, joined) <> (:sought, :joined)
        """,
        record_id=record_id,
        sought=sought,
        joined=found.joined,
    )
    index_texts(tx, search, record_id, sort_key(name), sought, found.joined)
