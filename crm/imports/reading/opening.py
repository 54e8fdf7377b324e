"""Recognise the format of a file by its content, not by its name."""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from crm.imports.reading.delimited import read_delimited
from crm.imports.reading.feeds import is_feed, read_feed
from crm.imports.reading.json_lines import read_json_lines
from crm.imports.reading.opendocument import read_opendocument
from crm.imports.reading.sheets import ReadingOptions, Source, unreadable
from crm.imports.reading.vcards import read_vcards
from crm.imports.reading.workbook import read_workbook

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 4_096
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def open_source(path: Path, options: ReadingOptions) -> Source:
    """Raises Invalid for a file without a table or cards."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise unreadable("is empty")
    if head.startswith(b"PK"):
        return _open_archive(path, options)
    if head.startswith(OLD_OFFICE):
        raise unreadable("is an old workbook or has a password; save it as .xlsx without a password")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCARD"):
        return read_vcards(path)
    if _begins_object(head):
        return read_json_lines(path)
    if is_feed(head):
        return read_feed(path)
    if head.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"SQLite format 3")) or _is_markup(
        head
    ):
        raise unreadable("must be CSV, XLSX, ODS, vCard or JSON Lines")
    if _is_binary(head):
        raise unreadable("must be CSV, XLSX, ODS, vCard or JSON Lines")
    return read_delimited(path, options)


def _is_binary(head: bytes) -> bool:
    """A text may have single zeros, as some databases write them, but no other control characters."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not marked and 0 < head.count(0) * 4 < len(head) and CONTROLS.search(head) is not None


def _open_archive(path: Path, options: ReadingOptions) -> Source:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, NotImplementedError):
        names = set()
    if "xl/workbook.xml" in names:
        return read_workbook(path, options)
    if "content.xml" in names:
        return read_opendocument(path, options)
    raise unreadable("must be CSV, XLSX, ODS, vCard or JSON Lines")


def _begins_object(head: bytes) -> bool:
    return re.match(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]", head) is not None


def _is_markup(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<?xml"))
