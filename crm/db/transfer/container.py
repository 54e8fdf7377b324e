"""The zip of an exported workspace, checked by its directory before anything is unpacked."""

import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm.db.stored_files import PLAIN
from crm.db.transfer.archive import FILES, MANIFEST, SEAL, TABLES, TransferFailed
from crm.errors import system_reason

MEMBERS = 200_000
DIRECTORY_BYTES = MEMBERS * 160
SEAL_BYTES = 200
MANIFEST_BYTES = 64 * 1024
MANIFEST_BYTES_A_MEMBER = 320
RATIO = 200
RATIO_FROM = 4 * 1024 * 1024
"""Rows that repeat each other shrink to a twentieth, hardly ever to a hundredth; files may be of one byte."""

TOO_MANY = f"The export has more than {MEMBERS:,} members."
TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}\.jsonl")
SHOWN = 80
LOCKED_OR_PATCHED = 0x61
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
END, END64, LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
END_BYTES, END64_BYTES, LOCATOR_BYTES = 22, 56, 20
ENTRY, ENTRY_BYTES = b"PK\x01\x02", 46
LOCAL_HEADER_BYTES = 30
DAMAGES = (
    zipfile.BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    struct.error,
)


class NoExport(TransferFailed):
    """Not an export, or only a part of one."""

    def __init__(self) -> None:
        super().__init__("The file is no export of a workspace, or not a complete one.")


@contextmanager
def opened_container(source: Path | IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Raises TransferFailed for a zip that no export is: too long, locked, doubled, overlapping or lying."""
    try:
        stream = source.open("rb") if isinstance(source, Path) else source
    except OSError as error:
        raise TransferFailed(f"{source} cannot be read: {system_reason(error)}.") from error
    try:
        _bound_directory(stream)
        with _zip_of(stream) as archive:
            _check_members(archive, stream.seek(0, os.SEEK_END))
            yield archive
    finally:
        if isinstance(source, Path):
            stream.close()


def _zip_of(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except DAMAGES as error:
        raise NoExport from error


def _bound_directory(stream: IO[bytes]) -> None:
    """The library reads the whole directory into memory, so the number of members is checked first."""
    size = stream.seek(0, os.SEEK_END)
    members, length, starts = _read_end(stream, size)
    if members > MEMBERS or length > DIRECTORY_BYTES:
        raise TransferFailed(TOO_MANY)
    if starts < 0:
        raise NoExport
    stream.seek(starts)
    directory, at, found = stream.read(length), 0, 0
    while at < len(directory):
        entry = directory[at : at + ENTRY_BYTES]
        if len(entry) < ENTRY_BYTES or not entry.startswith(ENTRY):
            raise NoExport
        at += ENTRY_BYTES + sum(struct.unpack("<28x3H12x", entry))
        found += 1
    if found != members:
        raise NoExport


def _read_end(stream: IO[bytes], size: int) -> tuple[int, int, int]:
    """How many members the directory has, how long it is, and where it starts.

    APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16; exports have no comment at their end.
    """
    stream.seek(max(0, size - END_BYTES - LOCATOR_BYTES - END64_BYTES))
    tail = stream.read()
    end, before = tail[-END_BYTES:], tail[:-END_BYTES]
    if len(end) < END_BYTES or not end.startswith(END) or end[-2:] != bytes(2):
        raise NoExport
    members, length = struct.unpack("<10xHL6x", end)
    if not before[-LOCATOR_BYTES:].startswith(LOCATOR):
        return members, length, size - END_BYTES - length
    place = size - len(tail)
    if not before.startswith(END64) or struct.unpack("<8xQ4x", before[-LOCATOR_BYTES:]) != (place,):
        raise NoExport
    members, length = struct.unpack("<32xQQ8x", before[:END64_BYTES])
    return members, length, place - length


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    infos = archive.infolist()
    seen: set[str] = set()
    for info in infos:
        _check_member(info)
        if info.filename in seen:
            raise TransferFailed(f"The export has {info.filename} twice.")
        seen.add(info.filename)
    if not {MANIFEST, SEAL} <= seen:
        raise NoExport
    _check_manifest_size(archive.getinfo(MANIFEST), len(infos))
    if archive.getinfo(SEAL).file_size > SEAL_BYTES:
        raise TransferFailed(f"{SEAL} of the export is too long.")
    _refuse_overlaps(infos, size)


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if info.filename != name or not _is_known(name):
        raise TransferFailed(f"The export contains an unexpected file: {name[:SHOWN]!r}.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise TransferFailed(f"{name} of the export is not a plain file.")
    if info.flag_bits & LOCKED_OR_PATCHED or info.compress_type not in METHODS:
        raise TransferFailed(f"{name} of the export is encrypted, or compressed in an unknown way.")
    limit = max(RATIO_FROM, info.compress_size * RATIO)
    if not name.startswith(FILES) and info.file_size > limit:
        raise TransferFailed(f"{name} of the export would unpack to {info.file_size:,} bytes.")


def _is_known(name: str) -> bool:
    if name.startswith(TABLES):
        return TABLE.fullmatch(name.removeprefix(TABLES)) is not None
    if name.startswith(FILES):
        return len(name) < 300 and PLAIN.fullmatch(name.removeprefix(FILES)) is not None
    return name in {MANIFEST, SEAL}


def _check_manifest_size(info: zipfile.ZipInfo, members: int) -> None:
    if info.file_size > MANIFEST_BYTES + members * MANIFEST_BYTES_A_MEMBER:
        raise TransferFailed(f"{MANIFEST} of the export is {info.file_size:,} bytes long; that is too long.")


def _refuse_overlaps(infos: list[zipfile.ZipInfo], size: int) -> None:
    """Members that share bytes could unpack to far more than the size of the file suggests."""
    free_from = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < free_from:
            raise TransferFailed(f"{info.filename} of the export overlaps another member.")
        free_from = info.header_offset + LOCAL_HEADER_BYTES + len(info.filename) + info.compress_size
    if free_from > size:
        raise TransferFailed("The export is shorter than it says.")
