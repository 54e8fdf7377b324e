"""The server's judge can fail, too: whatever differs from what the API told, it finds."""

from typing import Any

import pytest

from crm.db.transaction import Row
from tests.support.torture.callers import Known
from tests.support.torture.server_judge import compare

PATH = "/api/clients/1"
TOLD = Known(PATH, {"name": "c0-1", "version": 2, "deleted_at": None, "city": "Oslo"})
ROW: Row = {
    "name": "c0-1", "version": 2, "deleted_at": None, "detail": "Oslo", "others": 1, "entries": 2,
    "stored_name": None,
}  # fmt: skip


def test_a_row_as_it_was_told_is_in_order() -> None:
    assert compare([TOLD], {PATH: ROW}) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"version": 1, "entries": 1}, "was told as"),
        ({"name": "c0-2"}, "was told as"),
        ({"detail": "Rome"}, "was told as"),
        ({"deleted_at": "then"}, "was told as"),
        ({"entries": 1}, "in part"),
        ({"entries": 3}, "in part"),
        ({"others": 0}, "in part"),
    ],
)
def test_what_differs_is_found(change: dict[str, Any], finding: str) -> None:
    [found] = compare([TOLD], {PATH: {**ROW, **change}})
    assert finding in found


def test_what_is_missing_or_too_much_is_found() -> None:
    assert compare([TOLD], {}) == [f"{PATH} was acknowledged and is missing"]
    found = compare([TOLD], {PATH: ROW, "/api/clients/2": ROW})
    assert found == ["/api/clients/2 was never told of", "c0-1 is there 2 times"]
