"""What a file is by its first bytes, so that one that has no table is refused as soon as it is uploaded."""

import re

from crm.errors import Sentence
from crm.imports.reading.encodings import MARKS
from crm.imports.reading.sheets import unreadable

HEAD = 4_096
MUST_BE = "must be CSV, XLSX, ODS, vCard or JSON Lines"
NO_WORKBOOK = Sentence("is no workbook, though its name says so; save it as .xlsx, or name it .csv")
NO_LINES = Sentence("is JSON, but not JSON Lines: write each record as an object in a line of its own")
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"SQLite format 3", b"MZ\x90", b"\x7fELF")
WORKBOOKS = (".xlsx", ".xlsm", ".ods")
FEWEST_CONTROLS, SHARE_OF_CONTROLS = 3, 20
"""A text may have a few control characters; in other files one byte of ten is one."""
_SPACES = b" \r\n\t"
_OBJECT = re.compile(rb"\s*\{\s*[\"}]")
_ARRAY = re.compile(rb"\s*[\[{]\s*[\[{\"]")
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WIDE_CONTROLS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]")


def refuse_foreign(head: bytes, name: str = "") -> None:
    """Raises Invalid for what no reader takes. `name` is that of the upload: it may promise a workbook."""
    if not head.strip():
        raise unreadable("is empty")
    if head.startswith(OLD_OFFICE):
        raise unreadable("is an old workbook or has a password; save it as .xlsx without a password")
    if head.startswith(ARCHIVE):
        return
    if head.startswith(FOREIGN) or _is_binary(head):
        raise unreadable(MUST_BE)
    if name.lower().endswith(WORKBOOKS):
        raise unreadable(NO_WORKBOOK)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _ARRAY.match(text) and not begins_object(head):
        raise unreadable(NO_LINES)


def begins_object(head: bytes) -> bool:
    """Whether this may be JSON Lines."""
    return _OBJECT.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def is_markup(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf" + _SPACES).lower().startswith((b"<html", b"<!doctype", b"<?xml"))


def _is_binary(head: bytes) -> bool:
    """Text of two or four bytes a character has zeros and controls of its own; so it is decoded first.

    Other text may have single zeros, as some databases write them, but no other control characters.
    """
    zeros = head.count(0)
    marked = next((codec for mark, codec in MARKS if head.startswith(mark)), None)
    if marked not in (None, "utf-8-sig") or zeros * 4 >= len(head):
        codec = marked or ("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
        text = head[: len(head) // 4 * 4].decode(codec, "replace")
        return _are_many(len(_WIDE_CONTROLS.findall(text)), len(text))
    controls = len(_CONTROLS.findall(head))
    return bool(zeros and controls) or _are_many(controls, len(head))


def _are_many(controls: int, length: int) -> bool:
    return controls >= FEWEST_CONTROLS and controls * SHARE_OF_CONTROLS >= length
