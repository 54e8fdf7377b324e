"""Pages follow each other without a gap or a repeat, and a cursor that was not made here is refused."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.db.keyset import Page, PageStart, decode_cursor, encode_cursor, page_of, read_page
from crm.db.list_parts import Looked
from crm.errors import Invalid

KEYS = st.lists(
    st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    min_size=1,
    max_size=4,
)


@given(KEYS)
def test_a_cursor_gives_back_the_keys_it_was_made_of(keys: list[int | str]) -> None:
    assert decode_cursor(encode_cursor(keys), [type(key) for key in keys]) == keys


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_anything_else_is_refused_by_the_name_of_the_field(text: str) -> None:
    fields = ["cursor"]
    try:
        assert type(decode_cursor(text, (int,))[0]) is int
    except Invalid as error:
        fields = [problem.field for problem in error.problems]
    assert fields == ["cursor"]


@pytest.mark.parametrize(
    "keys",
    [[], [1], [1, "b", 2], ["1", "b"], [True, "b"], [None, "b"], [1.0, "b"], [2**63, "b"], {"a": 1}, 7],
)
def test_keys_of_another_shape_are_refused(keys: object) -> None:
    cursor = base64.urlsafe_b64encode(orjson.dumps(keys)).decode()
    with pytest.raises(Invalid):
        decode_cursor(cursor, (int, str))


def test_nothing_is_sorted_by_what_compares_with_nothing() -> None:
    with pytest.raises(TypeError, match="COALESCE"):
        encode_cursor([1, None])  # type: ignore[list-item]


@given(st.lists(st.integers(0, 2**40), unique=True), st.integers(1, 7))
def test_pages_hold_every_row_once(rows: list[int], limit: int) -> None:
    rows.sort()
    seen: list[int] = []
    after = -1
    for _ in range(len(rows) + 1):
        found = [row for row in rows if row > after][: limit + 1]
        page = page_of(found, limit, lambda row: (row,))
        seen += page.rows
        if page.next is None:
            break
        after = int(decode_cursor(page.next, (int,))[0])
    assert seen == rows


@given(st.sets(st.integers(0, 200), min_size=1), st.sets(st.integers(0, 200)), st.integers(1, 7), st.data())
def test_the_way_back_shows_what_stands_before_though_rows_come_and_go(
    rows: set[int], later: set[int], limit: int, data: st.DataObject
) -> None:
    standing = sorted(rows)

    def fetch(place: PageStart) -> Looked[int]:
        if place.keys is None:
            return Looked(standing[: limit + 1])
        here = int(place.keys[0])
        found = [row for row in standing if (row < here if place.back else row > here)]
        return Looked((found[::-1] if place.back else found)[: limit + 1])

    def show(cursor: str | None) -> Page[int]:
        return read_page(fetch, cursor, (int,), limit, lambda row: (row,))

    page = show(None)
    for _ in range(data.draw(st.integers(0, 10))):
        page = show(page.next) if page.next else page
    first_seen = page.rows[0] if page.rows else 0
    standing = sorted(later)
    if page.previous is None:
        return
    back = show(page.previous)
    before = [row for row in standing if row < first_seen]
    if len(before) > limit:
        assert (back.rows, back.previous is None) == (before[-limit:], False)
    else:
        assert (back.rows, back.previous) == (standing[:limit], None)
