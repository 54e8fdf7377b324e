"""Which ids an import takes: its own where none of them is in use here, else a block above all others."""

from collections.abc import Iterator

from crm.db.sqlite.copies import Copy
from crm.db.tables import Table, quoted
from crm.db.transaction import Transaction

LOOKED_AT = 10_000


def take_ids(tx: Transaction, copy: Copy, tables: list[Table]) -> dict[str, int]:
    """How far each table's ids move, all 0 if none is in use. From now on nobody else is given them."""
    numbered = [table.name for table in tables if table.has_id]
    taken = any(_overlap(tx, copy, name) for name in numbered)
    distances = {table.name: 0 for table in tables}
    for name in numbered:
        highest = _highest(copy, name)
        if taken:
            distances[name] = tx.dialect.last_id(tx, name)
        if highest:
            tx.dialect.keep_ids(tx, name, distances[name] + highest)
    return distances


def _highest(copy: Copy, table: str) -> int:
    rows = copy.rows(f"SELECT coalesce(max(id), 0) FROM {quoted(table)}")
    return int(str(rows[0][0]))


def _overlap(tx: Transaction, copy: Copy, table: str) -> bool:
    """Piece by piece, without holding all ids of either in memory."""
    arriving = copy.each(f"SELECT id FROM {quoted(table)} ORDER BY id")
    mine = next(arriving, None)
    for here in _ids_from(tx, table, mine):
        while mine is not None and int(str(mine[0])) < here:
            mine = next(arriving, None)
        if mine is None or int(str(mine[0])) == here:
            return mine is not None
    return False


def _ids_from(tx: Transaction, table: str, first: tuple[object, ...] | None) -> Iterator[int]:
    """Of the rows here, from the first that arrives on."""
    after = int(str(first[0])) - 1 if first else None
    while after is not None:
        sql = f"SELECT id FROM {quoted(table)} WHERE id > :after ORDER BY id LIMIT {LOOKED_AT}"
        found = [int(row[0]) for row in tx.tuples(sql, after=after)]
        yield from found
        after = found[-1] if len(found) == LOOKED_AT else None
