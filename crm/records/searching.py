"""One search over several kinds: the texts in which something was found, by kind."""

from collections.abc import Sequence

from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.records.passages import Passage, find_passages


def search_passages(
    tx: Transaction, text: str, kinds: Sequence[str], *, limit: int
) -> dict[str, list[Passage]]:
    """Of each of these kinds the newest few; empty where nothing in the text can be searched for."""
    query = parse_query(text)
    if query is None:
        return {}
    return {kind: find_passages(tx, kind, query, limit=limit) for kind in kinds}
