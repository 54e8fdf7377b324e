"""Keeping what clients agree to: a history that only grows, of which the newest said holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm import clock
from crm.activity import activity
from crm.clients.client import find_client, get_client
from crm.clients.consent_fields import FACT, FACTS, TOPICS, ConsentFields, topic_of
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, NotFound

NOTHING = "unknown"
OUT = "opted_out"


@dataclass(frozen=True)
class Consent:
    """`at` is when it was said, `created_at` when it was entered, by the user `actor_id` if it was one.

    `is_present`: nothing newer is known of this channel and purpose.
    """

    id: int
    client_id: int
    channel: str
    purpose: str
    state: str
    source: str
    note: str | None
    at: str
    is_present: bool
    actor_id: int | None
    actor_name: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of one entry, at the moment `at`."""

    topic: str
    state: str
    source: str
    at: str
    note: str | None = None


def add_consent(tx: Transaction, client_id: int, given: ConsentFields) -> Consent:
    """Raises NotFound, Merged, and Invalid for a time that is still to come."""
    get_client(tx, client_id)
    at = tx.now if given.at is None else clock.as_text(given.at)
    if at > tx.now:
        raise Invalid.field("at", "cannot be in the future")
    topic = topic_of(given.channel, given.purpose)
    return get_consent(
        tx, client_id, record_consent(tx, client_id, Said(topic, given.state, given.source, at, given.note))
    )


def record_consent(tx: Transaction, client_id: int, said: Said) -> int:
    """Keep it, with its entry in the ledger; returns its id."""
    fact = f"{FACT}{said.topic}"
    before = states_of(tx, client_id).get(said.topic)
    consent_id = keep_consent(tx, client_id, said)
    after = states_of(tx, client_id).get(said.topic)
    activity.record(
        tx, "client.consent_changed", "client", client_id, before={fact: before}, after={fact: after}
    )
    return consent_id


def keep_consent(tx: Transaction, client_id: int, said: Said) -> int:
    """Of each channel and purpose the newest said counts, in whatever order they come. Returns its id."""
    channel, purpose = TOPICS[said.topic]
    tx.run(
        """
        UPDATE client_consents
           SET is_present = 0
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND topic = :topic
           AND is_present = 1
           AND at <= :at
        """,
        client_id=client_id,
        topic=said.topic,
        at=said.at,
    )
    return tx.insert(
        """
        INSERT INTO client_consents (workspace_id, client_id, channel, purpose, topic, state, source, note,
                                     at, is_present, actor_id, created_at)
        VALUES (:workspace_id, :client_id, :channel, :purpose, :topic, :state, :source, :note, :at,
                CASE WHEN EXISTS (SELECT 1
                                    FROM client_consents newer
                                   WHERE newer.workspace_id = :workspace_id
                                     AND newer.client_id = :client_id
                                     AND newer.topic = :topic
                                     AND newer.is_present = 1) THEN 0 ELSE 1 END,
                :actor_id, :now)
        RETURNING id
        """,
        client_id=client_id,
        channel=channel,
        purpose=purpose,
        topic=said.topic,
        state=said.state,
        source=said.source,
        note=said.note,
        at=said.at,
    )


def set_back(tx: Transaction, client_id: int, earlier: Mapping[str, Any]) -> None:
    """Let what the ledger tells of consents hold again, as entries of their own."""
    now = states_of(tx, client_id)
    for fact, state in earlier.items():
        topic = FACTS[fact]
        if now.get(topic) != state:
            record_consent(tx, client_id, Said(topic, state or NOTHING, "undo", tx.now))


def states_of(tx: Transaction, client_id: int) -> dict[str, str]:
    """The present state of each channel and purpose of which something is known."""
    rows = tx.all(
        """
        SELECT topic, state
          FROM client_consents
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND is_present = 1
           AND state <> 'unknown'
        """,
        client_id=client_id,
    )
    return {row["topic"]: row["state"] for row in rows}


def consent_facts(tx: Transaction, client_id: int) -> dict[str, str | None]:
    """As the ledger names them."""
    known = states_of(tx, client_id)
    return {fact: known.get(topic) for fact, topic in FACTS.items()}


_SELECT = """
    SELECT k.id, k.client_id, k.channel, k.purpose, k.state, k.source, k.note, k.at, k.is_present, k.actor_id,
           (SELECT u.name FROM users u
             WHERE u.workspace_id = :workspace_id AND u.id = k.actor_id) AS actor_name,
           k.created_at
      FROM client_consents k
     WHERE k.workspace_id = :workspace_id
       AND k.client_id = :client_id
"""


def get_consent(tx: Transaction, client_id: int, consent_id: int) -> Consent:
    """Raises NotFound, also where the client is not seen."""
    _refuse_unknown(tx, client_id)
    row = tx.one(f"{_SELECT} AND k.id = :consent_id", client_id=client_id, consent_id=consent_id)
    if row is None:
        raise NotFound("There is no such consent.")
    return _consent(row)


def list_consents(tx: Transaction, client_id: int, *, limit: int, cursor: str | None = None) -> Page[Consent]:
    """The last entered first. Raises NotFound and Merged; a client in the trash has theirs still."""
    _refuse_unknown(tx, client_id)
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        {_SELECT}
           {"AND k.id < :below" if below is not None else ""}
         ORDER BY k.id DESC
         LIMIT :limit
        """,
        client_id=client_id,
        below=below,
        limit=limit + 1,
    )
    page = page_of(rows, limit, lambda row: [row["id"]])
    return Page([_consent(row) for row in page.rows], page.next)


def _refuse_unknown(tx: Transaction, client_id: int) -> None:
    if find_client(tx, client_id) is None:
        raise NotFound("There is no such client.")


def _consent(row: Row) -> Consent:
    return Consent(**{**row, "is_present": bool(row["is_present"])})
