"""Links by which a customer sees a quote: secret, for some weeks, revocable; only their hash is kept."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from pydantic import Field

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.documents.quote import QUOTE_RECORD, Quote, get_quote, quote_facts
from crm.documents.revisions import keep_revision
from crm.errors import Conflict, NotFound
from crm.fields import Fields
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale

USUAL_DAYS, MOST_DAYS = 60, 366


class LinkFields(Fields):
    days: int = Field(default=USUAL_DAYS, ge=1, le=MOST_DAYS, description="How long the link works")


@dataclass(frozen=True, slots=True)
class QuoteLink:
    """`seen_at` is when a customer first opened it. `works`: it is neither revoked, expired nor replaced."""

    id: int
    quote_id: int
    revision: int
    expires_at: str
    revoked_at: str | None
    seen_at: str | None
    last_seen_at: str | None
    seen_count: int
    works: bool
    created_at: str


@dataclass(frozen=True, slots=True)
class NewQuoteLink(QuoteLink):
    """`token` is shown this once; the page is `/q/{token}`."""

    token: str


LINK = """
    SELECT l.id, l.quote_id, l.revision, l.expires_at, l.revoked_at, l.seen_at, l.last_seen_at, l.seen_count,
           l.revoked_at IS NULL AND l.expires_at > :now AND l.revision = q.revision AS works, l.created_at
      FROM quote_links l
      JOIN quotes q ON q.workspace_id = l.workspace_id AND q.id = l.quote_id
     WHERE l.workspace_id = :workspace_id
       AND l.quote_id = :quote_id
"""


def send_quote(
    tx: Transaction, quote_id: int, fields: LinkFields, secret: str, *, expected_version: int | None = None
) -> NewQuoteLink:
    """A new link to the quote as it is now, which counts as sent from now on.

    Raises NotFound, Stale, and Conflict for a quote without lines.
    """
    quote = freeze_quote(tx, quote_id, expected_version=expected_version)
    link_id = insert_link(tx, quote_id, quote.revision, fields.days, secret)
    link = _link(tx, quote_id, link_id)
    after = {"revision": quote.revision, "expires_at": link.expires_at}
    record_sending(tx, "quote.sent", quote, after)
    return NewQuoteLink(**asdict(link), token=secret)


def record_sending(tx: Transaction, action: str, quote: Quote, told: dict[str, Any]) -> None:
    """`quote` as it was before it counted as sent."""
    states = quote, get_quote(tx, quote.id)
    record_change(tx, action, QUOTE_RECORD, states, facts=quote_facts, told=told)


def freeze_quote(
    tx: Transaction, quote_id: int, *, expected_version: int | None = None, sent_at: str | None = None
) -> Quote:
    """The quote as it was: it counts as sent from now on, or since `sent_at`. Raises as `send_quote`."""
    quote = quote_to_send(tx, quote_id, expected_version=expected_version)
    if quote.state == "draft":
        _mark_sent(tx, quote, sent_at or tx.now)
        keep_revision(tx, get_quote(tx, quote_id))
    return quote


def quote_to_send(tx: Transaction, quote_id: int, *, expected_version: int | None = None) -> Quote:
    """Raises as `send_quote`."""
    quote = get_quote(tx, quote_id)
    refuse_stale(QUOTE_RECORD, quote, expected_version)
    if not any(line.kind == "item" for line in quote.lines):
        raise Conflict("A quote without lines cannot be sent.")
    return quote


def insert_link(tx: Transaction, quote_id: int, revision: int, days: int, secret: str) -> int:
    return tx.insert(
        """
        INSERT INTO quote_links (workspace_id, quote_id, revision, token_hash, expires_at, created_by,
                                 created_at)
        VALUES (:workspace_id, :quote_id, :revision, :token_hash, :expires_at, :actor_id,
                :now)
        RETURNING id
        """,
        quote_id=quote_id,
        revision=revision,
        token_hash=hash_secret(secret),
        expires_at=clock.as_text(clock.from_text(tx.now) + timedelta(days=days)),
    )


def drop_link(tx: Transaction, link_id: int) -> None:
    """One that nobody was given."""
    tx.run(
        """
        DELETE FROM quote_links
         WHERE workspace_id = :workspace_id
           AND id = :link_id
           AND seen_at IS NULL
        """,
        link_id=link_id,
    )


def _mark_sent(tx: Transaction, quote: Quote, sent_at: str) -> None:
    tx.run(
        """
        UPDATE quotes
           SET state = 'sent', sent_at = :sent_at, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :quote_id
        """,
        quote_id=quote.id,
        sent_at=sent_at,
    )


def list_links(tx: Transaction, quote_id: int) -> list[QuoteLink]:
    """The newest first. Raises NotFound."""
    get_quote(tx, quote_id)
    rows = tx.all(f"{LINK} ORDER BY l.id DESC LIMIT 100", quote_id=quote_id)
    return [QuoteLink(**row | {"works": bool(row["works"])}) for row in rows]


def revoke_link(tx: Transaction, quote_id: int, link_id: int) -> QuoteLink:
    """Nobody sees the quote by it from now on. Raises NotFound."""
    link = _link(tx, quote_id, link_id)
    if link.revoked_at is not None:
        return link
    tx.run(
        """
        UPDATE quote_links
           SET revoked_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :link_id
        """,
        link_id=link_id,
    )
    activity.record(tx, "quote.link_revoked", "quote", quote_id, before={"revision": link.revision})
    return _link(tx, quote_id, link_id)


def _link(tx: Transaction, quote_id: int, link_id: int) -> QuoteLink:
    get_quote(tx, quote_id)
    row = tx.one(f"{LINK} AND l.id = :link_id", quote_id=quote_id, link_id=link_id)
    if row is None:
        raise NotFound("There is no such link.")
    return QuoteLink(**row | {"works": bool(row["works"])})
