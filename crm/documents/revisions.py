"""What was sent of a quote: each revision as it was then."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.db.transaction import Transaction
from crm.documents.printed import printed_quote
from crm.documents.quote import Quote, get_quote
from crm.documents.sender import with_logo
from crm.errors import NotFound


@dataclass(frozen=True, slots=True)
class Revision:
    """`content` is what its PDF file shows; with the options that were chosen, once it is accepted."""

    revision: int
    created_at: str
    content: dict[str, Any]


def keep_revision(tx: Transaction, quote: Quote) -> None:
    """As the quote is now; what was kept of this revision before stays."""
    tx.run(
        """
        INSERT INTO quote_revisions (workspace_id, quote_id, revision, content, created_at)
        VALUES (:workspace_id, :quote_id, :revision, :content, :now)
            ON CONFLICT (workspace_id, quote_id, revision) DO NOTHING
        """,
        quote_id=quote.id,
        revision=quote.revision,
        content=_content(tx, quote),
    )


def keep_accepted(tx: Transaction, quote: Quote) -> None:
    tx.run(
        """
        UPDATE quote_revisions
           SET accepted = :content
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
           AND revision = :revision
        """,
        quote_id=quote.id,
        revision=quote.revision,
        content=_content(tx, quote),
    )


def _content(tx: Transaction, quote: Quote) -> str:
    return orjson.dumps(printed_quote(tx, quote.id)).decode()


def list_revisions(tx: Transaction, quote_id: int) -> list[Revision]:
    """Those that were sent, the newest first. Raises NotFound."""
    get_quote(tx, quote_id)
    rows = tx.all(
        """
        SELECT revision, created_at, coalesce(accepted, content) AS content
          FROM quote_revisions
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
         ORDER BY revision DESC
        """,
        quote_id=quote_id,
    )
    return [Revision(row["revision"], row["created_at"], orjson.loads(row["content"])) for row in rows]


def document_of(tx: Transaction, quote_id: int, revision: int | None = None) -> dict[str, Any]:
    """What its PDF shows: of a draft as it is now, else as it was sent. Raises NotFound."""
    quote = get_quote(tx, quote_id)
    if revision is None and quote.state == "draft":
        return with_logo(tx, printed_quote(tx, quote_id))
    kept = tx.value(
        """
        SELECT coalesce(accepted, content)
          FROM quote_revisions
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
           AND revision = :revision
        """,
        quote_id=quote_id,
        revision=revision or quote.revision,
    )
    if kept is None:
        raise NotFound("There is no such version of the quote.")
    found: dict[str, Any] = orjson.loads(kept)
    return with_logo(tx, found)
