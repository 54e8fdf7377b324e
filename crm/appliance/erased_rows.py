"""The rows that are erased with a record, found and emptied by the descriptions of all kinds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from crm.custom_fields.erasing import forget_values
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.records.erasing import Emptied, Removed
from crm.records.kind import Kind, Pointer
from crm.records.kinds import Kinds, kinds_of

Rows = dict[str, set[int]]
"""The ids of rows, by table."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A pointer of a table, with the kind that describes it."""

    kind: Kind
    pointer: Pointer

    @property
    def table(self) -> str:
        return self.pointer.of or self.kind.table

    @property
    def where(self) -> str:
        among = f" AND {self.pointer.among}" if self.pointer.among else ""
        return (
            "workspace_id = :workspace_id"
            f" AND {self.pointer.column} IN (SELECT value FROM json_each(:ids)){among}"
        )


@dataclass(frozen=True)
class Descriptions:
    """What the kinds say of erasing, as it is asked for. `treated` is what happens to each table's rows."""

    kinds: Kinds
    treated: dict[str, Emptied | Removed] = field(default_factory=dict)

    @classmethod
    def of(cls, kinds: Kinds) -> "Descriptions":
        treated = {
            table: treatment
            for kind in kinds
            if not isinstance(kind.erasing, str)
            for table, treatment in kind.erasing.items()
            if not isinstance(treatment, str)
        }
        return cls(kinds, treated)

    def pointing(self, table: str, when_erased: str) -> list[Edge]:
        return [
            Edge(kind, pointer)
            for kind in self.kinds
            for pointer in kind.pointers
            if pointer.table == table and pointer.when_erased == when_erased
        ]

    def owning(self, table: str) -> list[Edge]:
        """The pointers of that table whose other row goes with them."""
        edges = (Edge(kind, pointer) for kind in self.kinds for pointer in kind.pointers if pointer.owns)
        return [edge for edge in edges if edge.table == table]

    def is_leaf(self, table: str) -> bool:
        """A part of a record whose rows nothing points to: they are found by what they point to."""
        own = any(kind.table == table for kind in self.kinds)
        pointed = self.pointing(table, "erase") or self.pointing(table, "unlink")
        return not own and not pointed and not self.owning(table)

    def hanging(self, table: str) -> list[tuple[Kind, Kind]]:
        """What can hang on a row of the table, with the kind of that row."""
        bearers = [kind for kind in self.kinds if kind.table == table]
        return [
            (kind, bearer)
            for kind in self.kinds
            if kind.hangs_on is not None
            for bearer in bearers
            if bearer in self.kinds.bearing(kind)
        ]


def find_rows(tx: Transaction, first: Rows) -> Rows:
    """All that go with these."""
    described = Descriptions.of(kinds_of(tx))
    found: Rows = {}
    waiting = list(first.items())
    while waiting:
        table, ids = waiting.pop()
        new = ids - found.setdefault(table, set())
        if new:
            found[table] |= new
            waiting += _next_to(tx, described, table, new)
    return found


def _next_to(
    tx: Transaction, described: Descriptions, table: str, ids: set[int]
) -> Iterator[tuple[str, set[int]]]:
    for edge in described.pointing(table, "erase"):
        if described.is_leaf(edge.table):
            continue
        if isinstance(described.treated[edge.table], Emptied):
            yield edge.table, _select(tx, "id", edge.table, edge.where, ids)
        else:
            for owned in described.owning(edge.table):
                yield owned.pointer.table, _select(tx, owned.pointer.column, edge.table, edge.where, ids)
    own = "workspace_id = :workspace_id AND id IN (SELECT value FROM json_each(:ids))"
    for owned in described.owning(table):
        if isinstance(described.treated[table], Emptied):
            yield owned.pointer.table, _select(tx, owned.pointer.column, table, own, ids)
    for kind, bearer in described.hanging(table):
        if not kind.hangs_by:
            yield kind.table, _select(tx, "id", kind.table, _hangs(kind, bearer), ids)


def _select(tx: Transaction, column: str, table: str, where: str, ids: set[int]) -> set[int]:
    rows = tx.tuples(f"SELECT {column} FROM {table} WHERE {where}", ids=as_json(ids))
    return {int(row[0]) for row in rows if row[0] is not None}


def _hangs(kind: Kind, bearer: Kind) -> str:
    subject, subject_id = kind.hangs_on or ("", "")
    return (
        f"workspace_id = :workspace_id AND {subject} = '{bearer.name}'"
        f" AND {subject_id} IN (SELECT value FROM json_each(:ids))"
    )


def empty_rows(tx: Transaction, found: Rows) -> None:
    """Take the content out of the rows, and out of what is made of them."""
    described = Descriptions.of(kinds_of(tx))
    for table, ids in found.items():
        _unlink(tx, described, found, table)
        _remove(tx, described, table, ids)
        _empty(tx, described.treated[table], table, ids)
    for kind in described.kinds:
        _forget(tx, kind, found.get(kind.table, set()))


def _unlink(tx: Transaction, described: Descriptions, found: Rows, table: str) -> None:
    """What stays and points to them points to nothing, and is found by other words."""
    for edge in described.pointing(table, "unlink"):
        own = not edge.pointer.of
        version = ", version = version + 1, updated_at = :now" if own and edge.kind.lookup else ""
        changed = tx.all(
            f"""
            UPDATE {edge.table}
               SET {edge.pointer.column} = NULL{version}
             WHERE {edge.where}
               AND id NOT IN (SELECT value FROM json_each(:erased))
            RETURNING id
            """,
            ids=as_json(found[table]),
            erased=as_json(found.get(edge.table, set()) if own else ()),
        )
        if own and edge.kind.search is not None:
            for row in changed:
                edge.kind.search.rebuild(tx, row["id"])


def _remove(tx: Transaction, described: Descriptions, table: str, ids: set[int]) -> None:
    for edge in described.pointing(table, "erase"):
        treatment = described.treated[edge.table]
        if isinstance(treatment, Emptied) and treatment.values and described.is_leaf(edge.table):
            tx.run(f"UPDATE {edge.table} SET {_assigned(treatment)} WHERE {edge.where}", ids=as_json(ids))
        elif isinstance(treatment, Removed):
            tx.run(f"DELETE FROM {edge.table} WHERE {edge.where}", ids=as_json(ids))
    for kind, bearer in described.hanging(table):
        if kind.hangs_by:
            tx.run(f"DELETE FROM {kind.hangs_by} WHERE {_hangs(kind, bearer)}", ids=as_json(ids))


def _empty(tx: Transaction, treatment: Emptied | Removed, table: str, ids: set[int]) -> None:
    if isinstance(treatment, Emptied) and treatment.values:
        tx.run(
            f"""
            UPDATE {table}
               SET {_assigned(treatment)}
             WHERE workspace_id = :workspace_id
               AND id IN (SELECT value FROM json_each(:ids))
            """,
            ids=as_json(ids),
        )


def _assigned(treatment: Emptied) -> str:
    return ", ".join(f"{column} = {value}" for column, value in treatment.values.items())


def _forget(tx: Transaction, kind: Kind, ids: set[int]) -> None:
    """By what the records were found."""
    if kind.customized is not None and ids:
        forget_values(tx, kind.name, ids)
    if kind.search is not None and kind.search.index is not None:
        for record_id in ids:
            forget_texts(tx, kind.search.index, record_id)


def entries_about(kinds: Kinds, found: Rows) -> dict[str, set[int]]:
    """The erased records by the name of their kind in the ledger."""
    return {kind.name: found[kind.table] for kind in kinds if kind.table in found}


def as_json(ids: Iterable[int]) -> str:
    return orjson.dumps(sorted(ids)).decode()
