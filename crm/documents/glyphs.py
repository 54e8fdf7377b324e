"""Which characters the fonts of documents have: what none can draw is printed as a sign that says so."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
UNKNOWN = "\ufffd"
UNSEEN = {"Cc", "Cf"}
"""Categories of characters that are never drawn, such as marks of direction and joiners."""


def drawable(part: Any) -> Any:
    """The same part of a document, with a sign in place of each character without a form."""
    if isinstance(part, str):
        return part if part.isascii() else "".join(each if _has_form(each) else UNKNOWN for each in part)
    if isinstance(part, dict):
        return {name: drawable(value) for name, value in part.items()}
    return [drawable(each) for each in part] if isinstance(part, list) else part


def _has_form(sign: str) -> bool:
    code = ord(sign)
    return code in _codes() or unicodedata.category(sign) in UNSEEN or _chooses_form(code)


def _chooses_form(code: int) -> bool:
    """Whether it is a variation selector."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@cache
def _codes() -> frozenset[int]:
    return frozenset(code for path in FONTS.glob("*.ttf") for code in codes_of(path.read_bytes()))


def codes_of(font: bytes) -> Iterator[int]:
    """The characters of a TrueType font, by the tables of its `cmap` (OpenType, formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables))
    start = next(offset for name, _, offset, _ in entries if name == b"cmap")
    (parts,) = struct.unpack_from(">H", font, start + 2)
    for number in range(parts):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form in _READERS:
            yield from _READERS[form](font, start + offset)


def _segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4."""
    (twice,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{twice // 2}H", font, at + 14)
    starts, deltas, offsets = (
        struct.unpack_from(f">{twice // 2}H", font, at + 16 + twice * part) for part in (1, 2, 3)
    )
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        table = at + 16 + twice * 3 + 2 * number + offsets[number]
        for code in range(first, last + 1):
            glyph = code
            if offsets[number]:
                (glyph,) = struct.unpack_from(">H", font, table + 2 * (code - first))
            if (glyph or not offsets[number]) and (glyph + deltas[number]) % 0x10000 and code != 0xFFFF:
                yield code


def _groups(font: bytes, at: int) -> Iterator[int]:
    """Format 12."""
    (groups,) = struct.unpack_from(">I", font, at + 12)
    for number in range(groups):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(first, last + 1)


_READERS = {4: _segments, 12: _groups}
