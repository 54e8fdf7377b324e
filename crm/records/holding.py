"""Records that hold another, which cannot be deleted meanwhile: they point to it by a `holds` column."""

from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.kind import Pointer
from crm.records.kinds import kinds_of
from crm.records.skeleton import Skeleton

Key = int | str


def count_holding(tx: Transaction, table: str, key: Key, by: str, *, trash: bool = False) -> int:
    """How many live records hold the row of the table with that key, of those that refusals call `by`; with
    `trash` those in the trash, too.
    """
    return sum(
        _count(tx, holder, pointer, key, trash=trash)
        for holder, pointer in _holders(tx, table)
        if pointer.holds == by
    )


def refuse_held(tx: Transaction, kind: Skeleton, key: Key) -> None:
    """Raises Conflict with how many there are, by what refusals call them, while live records hold it."""
    counts: dict[str, int] = {}
    for holder, pointer in _holders(tx, kind.table):
        found = _count(tx, holder, pointer, key, trash=False)
        if found:
            counts[pointer.holds] = counts.get(pointer.holds, 0) + found
    if counts:
        raise Conflict(Sentence("This {record} is still in use.", record=kind.noun), counts)


def _holders(tx: Transaction, table: str) -> list[tuple[str, Pointer]]:
    return [each for each in kinds_of(tx).pointing_to(table) if each[1].holds]


def _count(tx: Transaction, holder: str, pointer: Pointer, key: Key, *, trash: bool) -> int:
    """One statement each for live and deleted records, as they have different indexes."""
    return sum(
        int(
            tx.value(
                f"""
                SELECT count(*)
                  FROM {holder}
                 WHERE workspace_id = :workspace_id
                   AND {pointer.column} = :key
                   AND deleted_at IS {place}
                """,
                key=key,
            )
        )
        for place in (("NULL", "NOT NULL") if trash else ("NULL",))
    )
