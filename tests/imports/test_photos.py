"""Pictures of cards are bounded in size, and one that is too large does not spoil its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.errors import Invalid
from crm.imports.reading.photos import MOST_BYTES, STORED, TOO_LARGE, photo_path, store_photo
from crm.imports.reading.vcard_lines import LONGEST_LINE, properties_of

MANY = LONGEST_LINE // 1_000 + 2


def lines(name: str) -> Iterator[bytes]:
    yield name.encode() + b":" + b"A" * 1_000 + b"\r\n"
    for _ in range(MANY):
        yield b" " + b"A" * 1_000 + b"\r\n"
    yield b"FN:Ada\r\n"


def test_the_rest_of_a_card_with_a_vast_picture_is_read(tmp_path: Path) -> None:
    photo, name = properties_of(lines("item1.PHOTO;ENCODING=b"))
    assert (photo.name, name.value) == ("PHOTO", "Ada")
    assert len(photo.value) < LONGEST_LINE + 2_000
    assert store_photo(tmp_path, 2, photo.value) == TOO_LARGE


def test_any_other_line_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="has a line of more than"):
        list(properties_of(lines("NOTE")))


def test_a_picture_of_the_largest_size_is_stored_and_a_larger_one_told(tmp_path: Path) -> None:
    assert store_photo(tmp_path, 3, "AAAA" * (MOST_BYTES // 3)) == STORED
    assert photo_path(tmp_path, 3).stat().st_size == MOST_BYTES // 3 * 3
    assert store_photo(tmp_path, 4, "AAAA" * (MOST_BYTES // 3 + 2)) == TOO_LARGE
    assert not photo_path(tmp_path, 4).exists()
