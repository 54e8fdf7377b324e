"""The server's judge can fail, too: it finds whatever differs from what the API answered."""

from typing import Any

import pytest

from crm.db.transaction import Row
from tests.support.torture.callers import Known
from tests.support.torture.server_judge import compare

PATH = "/api/clients/1"
KNOWN = Known(PATH, {"name": "c0-1", "version": 2, "deleted_at": None, "city": "Oslo"})
ROW: Row = {
    "name": "c0-1", "version": 2, "deleted_at": None, "detail": "Oslo", "others": 1, "entries": 2,
    "stored_name": None,
}  # fmt: skip


def test_a_row_as_it_was_answered_is_in_order() -> None:
    assert compare([KNOWN], {PATH: ROW}) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"version": 1, "entries": 1}, "was answered as"),
        ({"name": "c0-2"}, "was answered as"),
        ({"detail": "Rome"}, "was answered as"),
        ({"deleted_at": "then"}, "was answered as"),
        ({"entries": 1}, "in part"),
        ({"entries": 3}, "in part"),
        ({"others": 0}, "in part"),
    ],
)
def test_what_differs_is_found(change: dict[str, Any], finding: str) -> None:
    [found] = compare([KNOWN], {PATH: {**ROW, **change}})
    assert finding in found


def test_what_is_missing_or_too_much_is_found() -> None:
    assert compare([KNOWN], {}) == [f"{PATH} was acknowledged and is missing"]
    found = compare([KNOWN], {PATH: ROW, "/api/clients/2": ROW})
    assert found == ["/api/clients/2 was never answered", "c0-1 is there 2 times"]
