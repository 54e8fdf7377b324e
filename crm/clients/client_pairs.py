"""Pairs of clients that are probably one, until people merge them or say that they are not the same."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity import activity
from crm.clients.client import get_client
from crm.clients.ids import ClientId
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Looked
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound
from crm.records.seen import only_seen

MOST_COUNTED = 1_000
KEYS = (int, int)
NO_PAIR = "There is no such pair of clients."


@dataclass(frozen=True)
class PairedClient:
    """What people need to see of a client to know who it is."""

    id: ClientId
    kind: str
    name: str
    email: str | None
    phone: str | None
    city: str | None
    picture_id: int | None


@dataclass(frozen=True)
class ClientPair:
    """`score` runs up to 99. `reasons` are email, phone, domain, name, similar_name, city and company."""

    id: int
    score: int
    reasons: list[str]
    first: PairedClient
    second: PairedClient
    created_at: str


def list_pairs(tx: Transaction, *, limit: int, cursor: str | None = None) -> Page[ClientPair]:
    """The most likely first. Raises Invalid naming `cursor`."""

    def fetch(place: PageStart) -> Looked[ClientPair]:
        return Looked(_read(tx, place, limit + 1))

    return read_page(fetch, cursor, KEYS, limit, lambda pair: (pair.score, pair.id))


def count_pairs(tx: Transaction) -> int:
    """Up to `MOST_COUNTED` and one more."""
    return int(
        tx.value(
            f"""
            SELECT count(*)
              FROM (SELECT p.id {_of_live(tx)} LIMIT :most) found
            """,
            most=MOST_COUNTED + 1,
        )
    )


def tell_apart(tx: Transaction, pair_id: int) -> None:
    """The two are not the same; they are not proposed again. Raises NotFound."""
    pair = tx.one(
        """
        SELECT first_id, second_id, state
          FROM client_pairs
         WHERE workspace_id = :workspace_id
           AND id = :pair_id
        """,
        pair_id=pair_id,
    )
    if pair is None:
        raise NotFound(NO_PAIR)
    for client_id in (pair["first_id"], pair["second_id"]):
        get_client(tx, client_id)
    if pair["state"] == "told_apart":
        return
    tx.run(
        """
        UPDATE client_pairs
           SET state = 'told_apart', updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :pair_id
        """,
        pair_id=pair_id,
    )
    _note(tx, pair["first_id"], pair["second_id"])
    _note(tx, pair["second_id"], pair["first_id"])


def _note(tx: Transaction, client_id: int, other_id: int) -> None:
    activity.record(tx, "client.told_apart", "client", client_id, after={"not_same_id": other_id})


def pass_on_told_apart(tx: Transaction, loser_id: int, winner_id: int) -> list[dict[str, int]]:
    """Whoever is not the same as the client that is merged is not the same as the other one either.

    Returns those of whom nobody had said so of the winner, for `take_back_told_apart`.
    """
    known = set(_told_apart_from(tx, winner_id))
    new = [each for each in _told_apart_from(tx, loser_id) if each != winner_id and each not in known]
    for other_id in new:
        tx.run(
            """
            INSERT INTO client_pairs (workspace_id, first_id, second_id, score, reasons, state, created_at,
                                      updated_at)
            VALUES (:workspace_id, :first_id, :second_id, 0, '[]', 'told_apart', :now, :now)
                ON CONFLICT (workspace_id, first_id, second_id)
                DO UPDATE SET state = 'told_apart', updated_at = :now
            """,
            first_id=min(winner_id, other_id),
            second_id=max(winner_id, other_id),
        )
    return [{"not_same_id": other_id} for other_id in new]


def take_back_told_apart(tx: Transaction, winner_id: int, passed_on: list[dict[str, int]]) -> None:
    """The scan proposes them again, if they are alike."""
    for each in passed_on:
        tx.run(
            """
            DELETE FROM client_pairs
             WHERE workspace_id = :workspace_id
               AND first_id = :first_id
               AND second_id = :second_id
            """,
            first_id=min(winner_id, each["not_same_id"]),
            second_id=max(winner_id, each["not_same_id"]),
        )


def _told_apart_from(tx: Transaction, client_id: int) -> list[int]:
    rows = [
        tx.tuples(
            f"""
            SELECT {other}
              FROM client_pairs
             WHERE workspace_id = :workspace_id
               AND {own} = :client_id
               AND state = 'told_apart'
            """,
            client_id=client_id,
        )
        for own, other in (("first_id", "second_id"), ("second_id", "first_id"))
    ]
    return [row[0] for part in rows for row in part]


def forget_pairs(tx: Transaction, client_id: int) -> None:
    """Of a client that is gone; what people said of them stays."""
    for column in ("first_id", "second_id"):
        tx.run(
            f"""
            DELETE FROM client_pairs
             WHERE workspace_id = :workspace_id
               AND {column} = :client_id
               AND state = 'open'
            """,
            client_id=client_id,
        )


def _of_live(tx: Transaction) -> str:
    return f"""
          FROM client_pairs p
          JOIN clients a ON a.workspace_id = p.workspace_id AND a.id = p.first_id
          JOIN clients b ON b.workspace_id = p.workspace_id AND b.id = p.second_id
         WHERE p.workspace_id = :workspace_id
           AND p.state = 'open'
           AND a.deleted_at IS NULL
           AND b.deleted_at IS NULL
           {only_seen(tx, "client", "a")}
           {only_seen(tx, "client", "b")}"""


def _shown(alias: str) -> str:
    names = ("id", "kind", "name", "email", "phone", "city", "picture_id")
    return ", ".join(f"{alias}.{name} AS {alias}_{name}" for name in names)


def _read(tx: Transaction, place: PageStart, limit: int) -> list[ClientPair]:
    sign, way = (">", "ASC") if place.back else ("<", "DESC")
    after = f"AND (p.score, p.id) {sign} (:score, :pair_id)" if place.keys else ""
    keys: dict[str, Any] = {}
    if place.keys:
        keys = {"score": place.keys[0], "pair_id": place.keys[1]}
    rows = tx.all(
        f"""
        SELECT p.id, p.score, p.reasons, p.created_at, {_shown("a")}, {_shown("b")}
        {_of_live(tx)}
           {after}
         ORDER BY p.score {way}, p.id {way}
         LIMIT :limit
        """,
        limit=limit,
        **keys,
    )
    return [_pair(row) for row in rows]


def _pair(row: Row) -> ClientPair:
    first, second = (
        PairedClient(**{name[2:]: value for name, value in row.items() if name.startswith(f"{alias}_")})
        for alias in "ab"
    )
    reasons = orjson.loads(row["reasons"])
    return ClientPair(row["id"], row["score"], reasons, first, second, row["created_at"])
