"""The pictures of exported contacts, read from their files while the cards are written."""

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from crm.db.file_stores.store import FileStore, read_whole
from crm.db.transaction import Transaction
from crm.files.uploads import content_name

MOST_BYTES = 512 * 1024
"""Of a larger picture the thumbnail is written: address books hold thousands of cards."""
THUMBNAIL = 480


@dataclass(frozen=True, slots=True)
class Photo:
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """By which name the store has the content of a picture."""

    stored_name: str
    media_type: str
    size: int

    def read(self, store: FileStore) -> Photo | None:
        """None where the content is no longer there."""
        large = self.size > MOST_BYTES
        name = content_name(self.stored_name, THUMBNAIL if large else None)
        try:
            return Photo("image/webp" if large else self.media_type, read_whole(store, name))
        except FileNotFoundError:
            return None


def places_of(tx: Transaction, picture_ids: Collection[int]) -> dict[int, Place]:
    """Of live pictures, by their ids."""
    rows = tx.all(
        """
        SELECT id, stored_name, media_type, size
          FROM files
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
           AND purpose = 'picture'
           AND deleted_at IS NULL
        """,
        ids=orjson.dumps(sorted(picture_ids)).decode(),
    )
    return {row["id"]: Place(row["stored_name"], row["media_type"], row["size"]) for row in rows}
