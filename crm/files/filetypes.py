"""Accepted file types: name and content must agree on one."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

from crm.errors import Sentence, WrongType

ALLOWED = "pictures (PNG, JPEG, GIF, WebP), PDF, plain text, CSV, Office and OpenDocument files"
HEAD_BYTES = 1024
TAIL_BYTES = 1024
CHUNK = 64 * 1024
ZIP_ENTRIES = 5_000
ZIP_BYTES = 256 * 1024 * 1024
DIRECTORY_BYTES = 1024 * 1024
ZIP_END = b"PK\x05\x06"
ZIP_END_LENGTH = 22
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros", "EncryptedPackage"))
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
FOREIGN_HEADS = (b"%PDF-", b"GIF87a", b"GIF89a", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class FileType:
    """`picture` is the decoder's name of the format, for pictures."""

    media_type: str
    fits: Callable[[IO[bytes]], bool]
    picture: str | None = None


def recognise(name: str, stream: IO[bytes], types: Mapping[str, FileType] | None = None) -> FileType:
    """The type of a file by its extension, if its content confirms it. Raises WrongType.

    `types` replaces the usual ones, by extension.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = (TYPES if types is None else types).get(extension)
    if kind is None:
        raise WrongType(Sentence("This type of file is not accepted. Accepted are {types}.", types=ALLOWED))
    stream.seek(0)
    fits = kind.fits(stream)
    stream.seek(0)
    if not fits:
        raise WrongType(
            Sentence(
                "The file is not a valid .{type} file, or it contains macros.",
                type=extension,
            )
        )
    return kind


def _begins_with(*heads: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda stream: stream.read(HEAD_BYTES).startswith(heads)


def _is_webp(stream: IO[bytes]) -> bool:
    head = stream.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def _is_pdf(stream: IO[bytes]) -> bool:
    head = stream.read(HEAD_BYTES)
    tail = _tail(stream)
    return head.startswith(b"%PDF-") and b"%%EOF" in tail and not _ends_as_zip(tail)


def _is_text(stream: IO[bytes]) -> bool:
    head = stream.read(HEAD_BYTES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _is_utf16(stream)
    if head.startswith(FOREIGN_HEADS) or _ends_as_zip(_tail(stream)):
        return False
    stream.seek(0)
    return not any(CONTROLS.search(chunk) for chunk in iter(lambda: stream.read(CHUNK), b""))


def _is_utf16(stream: IO[bytes]) -> bool:
    stream.seek(0)
    try:
        text = stream.read().decode("utf-16")
    except UnicodeDecodeError:
        return False
    return not any(char < " " and char not in "\t\n\r\f" for char in text)


def _tail(stream: IO[bytes]) -> bytes:
    end = stream.seek(0, 2)
    stream.seek(max(0, end - TAIL_BYTES))
    return stream.read()


def _ends_as_zip(tail: bytes) -> bool:
    """Whether the file is also an archive, whose directory is at its end."""
    start = tail.rfind(ZIP_END)
    if start < 0 or len(tail) - start < ZIP_END_LENGTH:
        return False
    comment = int.from_bytes(tail[start + 20 : start + 22], "little")
    return start + ZIP_END_LENGTH + comment == len(tail)


def _is_office(main_part: bytes) -> Callable[[IO[bytes]], bool]:
    def fits(archive: zipfile.ZipFile, names: set[str]) -> bool:
        if any("vbaproject" in name.lower() for name in names):
            return False
        directory = _read_part(archive, "[Content_Types].xml")
        return main_part in directory and b"macroEnabled" not in directory

    return _is_archive(fits)


def _is_open_document(media_type: str) -> Callable[[IO[bytes]], bool]:
    def fits(archive: zipfile.ZipFile, names: set[str]) -> bool:
        macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
        declared = _read_part(archive, "mimetype")
        return not macros and declared == media_type.encode() and "content.xml" in names

    return _is_archive(fits)


def _is_archive(fits: Callable[[zipfile.ZipFile, set[str]], bool]) -> Callable[[IO[bytes]], bool]:
    def check(stream: IO[bytes]) -> bool:
        if stream.read(4) != b"PK\x03\x04" or not _ends_as_zip(_tail(stream)):
            return False
        try:
            with zipfile.ZipFile(stream) as archive:
                return _is_bounded(archive) and fits(archive, set(archive.namelist()))
        except (
            zipfile.BadZipFile,
            KeyError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            OSError,
            EOFError,
        ):
            return False

    return check


def _is_bounded(archive: zipfile.ZipFile) -> bool:
    """No bomb, no locked part, no part that would land elsewhere; and it begins where the file begins."""
    parts = archive.infolist()
    return (
        0 < len(parts) <= ZIP_ENTRIES
        and sum(part.file_size for part in parts) <= ZIP_BYTES
        and min(part.header_offset for part in parts) == 0
        and not any(part.flag_bits & 1 for part in parts)
        and not any(part.filename.startswith(("/", "\\")) or ".." in part.filename for part in parts)
        and len({part.filename for part in parts}) == len(parts)
    )


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(DIRECTORY_BYTES)


def _is_old_office(stream_name: str) -> Callable[[IO[bytes]], bool]:
    """The names of an OLE file's streams are in it as UTF-16."""
    wanted = stream_name.encode("utf-16-le")

    def check(stream: IO[bytes]) -> bool:
        content = stream.read()
        return (
            content.startswith(OLE) and wanted in content and not any(name in content for name in OLE_MACROS)
        )

    return check


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."


def _office(kind: str) -> FileType:
    return FileType(f"{OFFICE}{kind}", _is_office(f"{OFFICE}{kind}.main+xml".encode()))


def _open_document(kind: str) -> FileType:
    return FileType(f"{OPEN}{kind}", _is_open_document(f"{OPEN}{kind}"))


JPEG = FileType("image/jpeg", _begins_with(b"\xff\xd8\xff"), "JPEG")
TYPES = {
    "png": FileType("image/png", _begins_with(b"\x89PNG\r\n\x1a\n"), "PNG"),
    "jpg": JPEG,
    "jpeg": JPEG,
    "gif": FileType("image/gif", _begins_with(b"GIF87a", b"GIF89a"), "GIF"),
    "webp": FileType("image/webp", _is_webp, "WEBP"),
    "pdf": FileType("application/pdf", _is_pdf),
    "txt": FileType("text/plain", _is_text),
    "csv": FileType("text/csv", _is_text),
    "docx": _office("wordprocessingml.document"),
    "xlsx": _office("spreadsheetml.sheet"),
    "pptx": _office("presentationml.presentation"),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
    "doc": FileType("application/msword", _is_old_office("WordDocument")),
    "xls": FileType("application/vnd.ms-excel", _is_old_office("Workbook")),
    "ppt": FileType("application/vnd.ms-powerpoint", _is_old_office("PowerPoint Document")),
}
