"""Recognise the format of a file by its content, not by its name."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from crm.imports.reading.delimited import read_delimited
from crm.imports.reading.feeds import is_feed, read_feed
from crm.imports.reading.json_lines import read_json_lines
from crm.imports.reading.opendocument import read_opendocument
from crm.imports.reading.sheets import ReadingOptions, Source, unreadable
from crm.imports.reading.signatures import ARCHIVE, HEAD, MUST_BE, begins_object, is_markup, refuse_foreign
from crm.imports.reading.vcards import read_vcards
from crm.imports.reading.workbook import read_workbook


def open_source(path: Path, options: ReadingOptions) -> Source:
    """Raises Invalid for a file without a table or cards."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    refuse_foreign(head)
    if head.startswith(ARCHIVE):
        return _open_archive(path, options)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCARD"):
        return read_vcards(path)
    if begins_object(head):
        return read_json_lines(path)
    if is_feed(head):
        return read_feed(path)
    if is_markup(head):
        raise unreadable(MUST_BE)
    return read_delimited(path, options)


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
    raise unreadable(MUST_BE)
