"""The pages of a pull that is under way, as the platform answered them: the next run goes on behind them."""

import base64
import hashlib
import zlib
from datetime import timedelta

from crm import clock
from crm.campaigns.platforms.description import Answer, Request
from crm.campaigns.sources.claims import ClaimedSource, hold_lease
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.vault import SealBroken, Vault

KEPT_FOR = timedelta(hours=2)
"""Cursors do not last, and platforms correct figures: after that an account is asked anew."""
LARGEST = 16 * 1024 * 1024


class KeptPages:
    """Those of the same days, from before this run; each that this run reads is kept, too.

    They are sealed, as platforms repeat the token in what they answer.
    """

    def __init__(self, db: Database, vault: Vault, claimed: ClaimedSource) -> None:
        self._db, self._vault, self._claimed = db, vault, claimed
        self._known = db.read(_pages, claimed.actor(), claimed)
        self.used = False

    def find(self, request: Request) -> Answer | None:
        sealed = self._known.get(_digest(request))
        if sealed is None:
            return None
        try:
            packed = self._vault.open(sealed, _place(self._claimed))
        except SealBroken:
            return None
        self.used = True
        return Answer(200, {}, zlib.decompress(base64.b85decode(packed)))

    def keep(self, request: Request, answer: Answer) -> None:
        """Raises Busy and Full."""
        packed = base64.b85encode(zlib.compress(answer.body, 1)).decode()
        if len(packed) <= LARGEST:
            sealed = self._vault.seal(packed, _place(self._claimed))
            self._db.write(_keep, self._claimed.actor(), self._claimed, _digest(request), sealed)

    def forget(self) -> None:
        self._db.write(forget_pages, self._claimed.actor(), self._claimed.source.id)
        self._known, self.used = {}, False


def forget_pages(tx: Transaction, source_id: int) -> None:
    tx.run(
        """
        DELETE FROM campaign_source_pages
         WHERE workspace_id = :workspace_id
           AND source_id = :source_id
        """,
        source_id=source_id,
    )


def _pages(tx: Transaction, claimed: ClaimedSource) -> dict[str, bytes]:
    rows = tx.tuples(
        """
        SELECT digest, content
          FROM campaign_source_pages
         WHERE workspace_id = :workspace_id
           AND source_id = :source_id
           AND source_version = :version
           AND first_day = :first_day
           AND last_day = :last_day
           AND kept_at > :since
        """,
        since=clock.later(tx.now, -KEPT_FOR),
        **_of(claimed),
    )
    return dict(rows)


def _keep(tx: Transaction, claimed: ClaimedSource, digest: str, sealed: bytes) -> None:
    """Only while the run has the source still, which it keeps for another while by that."""
    if hold_lease(tx, claimed):
        tx.run(
            """
            INSERT INTO campaign_source_pages (workspace_id, source_id, source_version, first_day, last_day,
                                               digest, content, kept_at)
            VALUES (:workspace_id, :source_id, :version, :first_day, :last_day, :digest, :content, :now)
                ON CONFLICT (workspace_id, source_id, digest)
                DO UPDATE SET source_version = excluded.source_version, first_day = excluded.first_day,
                              last_day = excluded.last_day, content = excluded.content,
                              kept_at = excluded.kept_at
            """,
            digest=digest,
            content=sealed,
            **_of(claimed),
        )


def _of(claimed: ClaimedSource) -> dict[str, int | str]:
    return {
        "source_id": claimed.source.id,
        "version": claimed.source.version,
        "first_day": claimed.since.isoformat(),
        "last_day": claimed.until.isoformat(),
    }


def _digest(request: Request) -> str:
    """Without headers, which have the token of the moment."""
    return hashlib.sha256(f"{request.method} {request.url}\n".encode() + request.body).hexdigest()


def _place(claimed: ClaimedSource) -> str:
    return f"page of a source of figures {claimed.workspace_id} {claimed.source.id}"
