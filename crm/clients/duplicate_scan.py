"""Looking through all clients for those that are probably one, in bounded pieces.

Who was changed since is looked at again, as the search goes along the moment of the last change. Where it
stops, be it by a kill, the next one goes on: the place is written with the pairs.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson

from crm import clock
from crm.clients.contact_points import FURTHER, further_points
from crm.clients.likeness import LEAST, Traits, blocks_of, likeness, traits_of
from crm.db.transaction import Row, Transaction

PIECE_ROWS = 200
QUIET = timedelta(seconds=1)
PIECE_SECONDS = 0.1
MOST_IN_BLOCK = 40
"""A block of more than these tells nothing, and comparing all in it would cost the square of it."""
MOST_OF_DOMAIN = 8
"""What more companies share belongs to whoever keeps their mail or websites."""
MOST_COMPARED = 120
"""Of one client in all its blocks."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last client that was looked at: the moment of their change, and their id."""

    at: str
    id: int


def scan_some(tx: Transaction) -> int:
    """Look at the next clients, for as long as others may wait; returns at how many, 0 at the end."""
    ends = time.monotonic() + PIECE_SECONDS
    place = _place(tx)
    waiting = _next_clients(tx, place, PIECE_ROWS)
    looked = 0
    for one in waiting:
        _look_at(tx, one.traits)
        place, looked = one.place, looked + 1
        if time.monotonic() > ends:
            break
    if looked:
        _remember(tx, place)
    return looked


def is_looking(tx: Transaction) -> bool:
    """Whether clients wait to be looked at."""
    return bool(_next_clients(tx, _place(tx), 1))


@dataclass(frozen=True, slots=True)
class Waiting:
    traits: Traits
    place: Position


def _place(tx: Transaction) -> Position:
    """From the start where the clock was set back: changes since would lie before the place."""
    sql = "SELECT seen_at, seen_id FROM client_scans WHERE workspace_id = :workspace_id AND seen_at <= :now"
    row = tx.one(sql)
    return Position(row["seen_at"], row["seen_id"]) if row else Position("", 0)


def _remember(tx: Transaction, place: Position) -> None:
    tx.run(
        """
        INSERT INTO client_scans (workspace_id, seen_at, seen_id)
        VALUES (:workspace_id, :seen_at, :seen_id)
            ON CONFLICT (workspace_id) DO UPDATE SET seen_at = excluded.seen_at, seen_id = excluded.seen_id
        """,
        seen_at=place.at,
        seen_id=place.id,
    )


_COMPARED = f"""
       c.id, c.kind, c.name, c.email_key, c.phone, c.website, c.city_key, c.company_id, c.updated_at,
       {FURTHER} AS further"""


def _next_clients(tx: Transaction, place: Position, most: int) -> list[Waiting]:
    """Live ones in the order of their last change; those of this second wait, as others may follow in it."""
    rows = tx.all(
        f"""
        SELECT {_COMPARED}
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           AND (c.updated_at, c.id) > (:at, :seen)
           AND c.updated_at < :quiet_since
         ORDER BY c.updated_at, c.id
         LIMIT :most
        """,
        at=place.at,
        seen=place.id,
        quiet_since=clock.later(tx.now, -QUIET),
        most=most,
    )
    return [Waiting(_traits(row), Position(row["updated_at"], row["id"])) for row in rows]


def _traits(row: Row) -> Traits:
    emails, phones = [row["email_key"]], [row["phone"]]
    for form, value, _ in further_points(row["further"]):
        (emails if form == "email" else phones).append(value)
    return traits_of(row, filter(None, emails), filter(None, phones))


def _look_at(tx: Transaction, traits: Traits) -> None:
    """Those of a block that has just got too many are looked at again, as it told something before."""
    blocks = blocks_of(traits)
    _keep_blocks(tx, traits.id, set(blocks))
    others, outgrown = _sharing(tx, traits.id, blocks)
    _compare(tx, traits, others)
    for each in _read_traits(tx, outgrown):
        _compare(tx, each, _sharing(tx, each.id, blocks_of(each))[0])


def _compare(tx: Transaction, traits: Traits, others: Sequence[int]) -> None:
    found: dict[int, tuple[int, list[str]]] = {}
    for other in _read_traits(tx, others):
        score, reasons = likeness(traits, other)
        if score >= LEAST:
            found[other.id] = score, reasons
    _drop_pairs(tx, traits.id, found)
    for other_id, (score, reasons) in found.items():
        keep_pair(tx, traits.id, other_id, score, reasons)


def _keep_blocks(tx: Transaction, client_id: int, blocks: set[int]) -> None:
    sql = "SELECT block FROM client_blocks WHERE workspace_id = :workspace_id AND client_id = :client_id"
    known = {row["block"] for row in tx.all(sql, client_id=client_id)}
    for block in known - blocks:
        tx.run(
            """
            DELETE FROM client_blocks
             WHERE workspace_id = :workspace_id
               AND client_id = :client_id
               AND block = :block
            """,
            client_id=client_id,
            block=block,
        )
    for block in sorted(blocks - known):
        tx.run(
            """
            INSERT INTO client_blocks (workspace_id, client_id, block)
            VALUES (:workspace_id, :client_id, :block)
            """,
            client_id=client_id,
            block=block,
        )


def _sharing(tx: Transaction, client_id: int, blocks: Mapping[int, bool]) -> tuple[list[int], list[int]]:
    """Others in the same blocks, but for blocks of too many; and those in blocks of one too many."""
    found: dict[int, None] = {}
    outgrown: dict[int, None] = {}
    for block, of_domain in sorted(blocks.items()):
        most = MOST_OF_DOMAIN if of_domain else MOST_IN_BLOCK
        ids = _members(tx, block, most + 2)
        if len(ids) <= most:
            found |= dict.fromkeys(ids)
        elif len(ids) == most + 1:
            outgrown |= dict.fromkeys(ids)
    for each in (found, outgrown):
        each.pop(client_id, None)
    return list(found)[:MOST_COMPARED], list(outgrown)


def _members(tx: Transaction, block: int, most: int) -> list[int]:
    rows = tx.tuples(
        """
        SELECT client_id
          FROM client_blocks
         WHERE workspace_id = :workspace_id
           AND block = :block
         ORDER BY client_id
         LIMIT :most
        """,
        block=block,
        most=most,
    )
    return [int(row[0]) for row in rows]


def _read_traits(tx: Transaction, ids: Sequence[int]) -> list[Traits]:
    """Of live clients."""
    if not ids:
        return []
    rows = tx.all(
        f"""
        SELECT {_COMPARED}
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           AND c.id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(list(ids)).decode(),
    )
    return [_traits(row) for row in rows]


def _drop_pairs(tx: Transaction, client_id: int, found: Collection[int]) -> None:
    """Pairs that are none any more; what people said of two stays."""
    for mine, theirs in (("first_id", "second_id"), ("second_id", "first_id")):
        rows = tx.all(
            f"""
            SELECT id, {theirs} AS other_id
              FROM client_pairs
             WHERE workspace_id = :workspace_id
               AND {mine} = :client_id
               AND state = 'open'
            """,
            client_id=client_id,
        )
        for row in rows:
            if row["other_id"] not in found:
                sql = "DELETE FROM client_pairs WHERE workspace_id = :workspace_id AND id = :pair_id"
                tx.run(sql, pair_id=row["id"])


def keep_pair(tx: Transaction, client_id: int, other_id: int, score: int, reasons: list[str]) -> None:
    tx.run(
        """
        INSERT INTO client_pairs (workspace_id, first_id, second_id, score, reasons, state, created_at,
                                  updated_at)
        VALUES (:workspace_id, :first_id, :second_id, :score, :reasons, 'open', :now, :now)
            ON CONFLICT (workspace_id, first_id, second_id)
            DO UPDATE SET score = excluded.score, reasons = excluded.reasons, updated_at = excluded.updated_at
                    WHERE client_pairs.state = 'open'
        """,
        first_id=min(client_id, other_id),
        second_id=max(client_id, other_id),
        score=score,
        reasons=orjson.dumps(reasons).decode(),
    )
