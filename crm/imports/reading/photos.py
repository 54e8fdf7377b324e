"""The pictures of cards: taken out of their text into files beside the rows, checked only by size."""

import base64
import binascii
from pathlib import Path

from crm.errors import Sentence

MOST_BYTES = 5 * 1024 * 1024
STORED = "stored"
FOLDER = "photos"
A_LINK = Sentence("The picture is a link. Pictures are not fetched from elsewhere.")
TOO_LARGE = Sentence("The picture is larger than {n} MB.", n=MOST_BYTES // (1024 * 1024))
BROKEN = Sentence("The picture is damaged and cannot be read.")


def photo_path(folder: Path, row: int) -> Path:
    """Where the picture of a row is, in the folder of the rows."""
    return folder / FOLDER / str(row)


def store_photo(folder: Path, row: int, value: str) -> str:
    """STORED, or why it was not: by base64, with or without the head of a `data:` address."""
    head, _, rest = value.partition(",") if value[:5].lower() == "data:" else ("", "", value)
    if "://" in value[:20] or (head and not head.lower().endswith(";base64")):
        return A_LINK
    if len(rest) * 3 // 4 > MOST_BYTES:
        return TOO_LARGE
    try:
        content = base64.b64decode("".join(rest.split()), validate=True)
    except (binascii.Error, ValueError):
        return BROKEN
    if not content:
        return BROKEN
    path = photo_path(folder, row)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
    return STORED
