"""What points to a client moves to another one, and back: found by the descriptions of all kinds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from crm.db.transaction import Transaction
from crm.records.kind import Kind, OnRecord, Pointer
from crm.records.kinds import Kinds, kinds_of

CLIENT, TABLE = "client", "clients"


@dataclass(frozen=True, slots=True)
class PointingColumn:
    """A column of a table by which rows point to clients. `among` is the condition of those rows, `once` the
    columns of which a client has each value once. `moved` is told of each row.
    """

    table: str
    column: str
    among: str
    once: tuple[str, ...]
    trashed: bool
    versioned: bool
    moved: OnRecord | None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


class Moving(Protocol):
    """A merge, with the two clients."""

    @property
    def id(self) -> int: ...
    @property
    def winner_id(self) -> int: ...
    @property
    def loser_id(self) -> int: ...


def places_of(kinds: Kinds) -> list[PointingColumn]:
    """Without what stays with a client that is merged, and without tags, which are a field of it."""
    found = [_pointing(kind, pointer) for kind in kinds for pointer in kind.pointers if _moves(pointer)]
    bearer = kinds.by_name[CLIENT]
    hanging = [_hanging(kind) for kind in kinds if kind.table in bearer.parts]
    by_name = {place.name: place for place in (*found, *hanging) if place is not None}
    return list(by_name.values())


def _moves(pointer: Pointer) -> bool:
    return pointer.table == TABLE and not pointer.stays


def _pointing(kind: Kind, pointer: Pointer) -> PointingColumn:
    own = not pointer.of
    return PointingColumn(
        table=pointer.of or kind.table,
        column=pointer.column,
        among=pointer.among,
        once=pointer.once,
        trashed=own and kind.trash is not None,
        versioned=own and kind.lookup is not None,
        moved=kind.moved if own else None,
    )


def _hanging(kind: Kind) -> PointingColumn | None:
    if kind.hangs_on is None or kind.hangs_by:
        return None
    subject, subject_id = kind.hangs_on
    trashed, versioned = kind.trash is not None, kind.lookup is not None
    return PointingColumn(
        kind.table, subject_id, f"{subject} = '{CLIENT}'", (), trashed, versioned, kind.moved
    )


def move_rows(tx: Transaction, merge: Moving) -> None:
    """All that point to the loser, in the trash too."""
    for place in places_of(kinds_of(tx)):
        for state in _states(place):
            _note_rows(tx, place, state, merge.id)
        _point(tx, place, merge, back=False)


def move_rows_back(tx: Transaction, merge: Moving) -> None:
    """Those that moved and still point to the winner."""
    for place in places_of(kinds_of(tx)):
        _point(tx, place, merge, back=True)
    tx.run(
        """
        DELETE FROM client_merge_moves
         WHERE workspace_id = :workspace_id
           AND merge_id = :merge_id
        """,
        merge_id=merge.id,
    )


def count_rows(tx: Transaction, client_id: int) -> dict[str, int]:
    """How many live rows point to the client, by place."""
    return {place.name: _count(tx, place, client_id) for place in places_of(kinds_of(tx))}


def _states(place: PointingColumn) -> Iterator[str]:
    """Live rows and those in the trash have different indexes."""
    if place.trashed:
        yield "AND p.deleted_at IS NULL"
        yield "AND p.deleted_at IS NOT NULL"
    else:
        yield ""


def _condition(place: PointingColumn) -> str:
    return f"AND p.{place.among}" if place.among else ""


def _note_rows(tx: Transaction, place: PointingColumn, state: str, merge_id: int) -> None:
    tx.run(
        f"""
        INSERT INTO client_merge_moves (workspace_id, merge_id, place, moved_row)
        SELECT m.workspace_id, m.id, '{place.name}', p.id
          FROM client_merges m
          JOIN {place.table} p ON p.workspace_id = m.workspace_id AND p.{place.column} = m.loser_id
         WHERE m.workspace_id = :workspace_id
           AND m.id = :merge_id
           {state}
           {_condition(place)}
           {"AND p.id <> m.winner_id" if place.table == TABLE else ""}
           {_not_there(place)}
        """,
        merge_id=merge_id,
    )


def _not_there(place: PointingColumn) -> str:
    """The winner does not have the like already."""
    if not place.once:
        return ""
    same = "".join(f" AND own.{column} = p.{column}" for column in place.once)
    return f"""AND NOT EXISTS (SELECT 1
                                 FROM {place.table} own
                                WHERE own.workspace_id = m.workspace_id
                                  AND own.{place.column} = m.winner_id{same})"""


def _point(tx: Transaction, place: PointingColumn, merge: Moving, *, back: bool) -> None:
    """The noted rows to the winner, or back to the loser; those that point elsewhere by now stay."""
    version = ", version = version + 1, updated_at = :now" if place.versioned else ""
    rows = tx.all(
        f"""
        UPDATE {place.table}
           SET {place.column} = :here{version}
         WHERE workspace_id = :workspace_id
           AND {place.column} = :there
           AND id IN (SELECT moved_row
                        FROM client_merge_moves
                       WHERE workspace_id = :workspace_id
                         AND merge_id = :merge_id
                         AND place = '{place.name}')
           {f"AND {place.among}" if place.among else ""}
        RETURNING id
        """,
        merge_id=merge.id,
        here=merge.loser_id if back else merge.winner_id,
        there=merge.winner_id if back else merge.loser_id,
    )
    if place.moved is not None:
        for row in rows:
            place.moved(tx, row["id"])


def _count(tx: Transaction, place: PointingColumn, client_id: int) -> int:
    return int(
        tx.value(
            f"""
            SELECT count(*)
              FROM {place.table} p
             WHERE p.workspace_id = :workspace_id
               AND p.{place.column} = :client_id
               {"AND p.deleted_at IS NULL" if place.trashed else ""}
               {_condition(place)}
            """,
            client_id=client_id,
        )
    )
