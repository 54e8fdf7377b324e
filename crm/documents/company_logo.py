"""The logo of the company: a small picture in the database, by the digest of its content."""

import hashlib
from typing import IO, TYPE_CHECKING

from crm.db.transaction import Transaction
from crm.documents.company import Company, store_company
from crm.errors import NotFound, TooLarge, WrongType
from crm.files.filenames import safe_name
from crm.files.filetypes import recognise
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.documents import logo_drawing
else:
    logo_drawing = WhenUsed("crm.documents.logo_drawing")

MOST_SENT = 4 * 1024 * 1024
MOST_KEPT = 400_000
TYPES = frozenset({"PNG", "JPEG"})


def drawn_logo(name: str, stream: IO[bytes]) -> bytes:
    """The picture anew, small and without hidden data. Raises WrongType, TooLarge and Busy."""
    content = stream.read(MOST_SENT + 1)
    if len(content) > MOST_SENT:
        raise TooLarge("A logo may have at most 4 MB.")
    stream.seek(0)
    image_format = recognise(safe_name(name), stream).picture
    if image_format not in TYPES:
        raise WrongType("A logo must be a PNG or JPEG file.")
    drawn = logo_drawing.draw_logo(content, image_format)
    if len(drawn) > MOST_KEPT:
        raise WrongType("The logo is too detailed. Send a simpler picture.")
    return drawn


def set_logo(tx: Transaction, content: bytes, *, expected_version: int | None = None) -> Company:
    """`content` comes from `drawn_logo`. Raises Stale."""
    digest = hashlib.sha256(content).hexdigest()
    tx.run(
        """
        INSERT INTO company_logos (workspace_id, digest, content, created_at)
        VALUES (:workspace_id, :digest, :content, :now)
            ON CONFLICT (workspace_id, digest) DO NOTHING
        """,
        digest=digest,
        content=content,
    )
    return store_company(tx, {"logo": digest}, expected_version=expected_version)


def remove_logo(tx: Transaction, *, expected_version: int | None = None) -> Company:
    """Documents that were sent keep it. Raises Stale."""
    return store_company(tx, {"logo": None}, expected_version=expected_version)


def read_logo(tx: Transaction, digest: str | None) -> bytes:
    """Raises NotFound."""
    found: bytes | None = tx.value(
        """
        SELECT content
          FROM company_logos
         WHERE workspace_id = :workspace_id
           AND digest = :digest
        """,
        digest=digest or "",
    )
    if found is None:
        raise NotFound("There is no logo.")
    return found


def media_type_of(logo: bytes) -> str:
    return "image/png" if logo.startswith(b"\x89PNG") else "image/jpeg"
