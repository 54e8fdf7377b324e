"""Where a client may be, by country and by phone number."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from crm.clients.client import Client
from crm.clients.zones import zones_of, zones_of_phone

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "phone", "zones"),
    [
        ("DE", None, ["Europe/Berlin"]),
        (None, "+4930901820", ["Europe/Berlin"]),
        ("IN", "+12125550123", ["Asia/Kolkata"]),
        ("US", "+12125550123", ["America/New_York"]),
        ("US", "+13105550123", ["America/Los_Angeles"]),
        (None, "+12125550123", ["America/New_York"]),
        ("RU", "+74951234567", ["Europe/Moscow"]),
        (None, None, []),
        (None, "+88212345678", []),
        (None, "not a number", []),
        ("ZZ", None, []),
    ],
)
def test_country_and_phone_say_the_zone(country: str | None, phone: str | None, zones: list[str]) -> None:
    assert zones_of(cast("Client", SimpleNamespace(country=country, phone=phone)), NOW) == zones


def test_a_wide_country_has_one_zone_for_each_clock_the_largest_place_first() -> None:
    found = zones_of(cast("Client", SimpleNamespace(country="US", phone=None)), NOW)
    assert found[0] == "America/New_York"
    assert {"America/Chicago", "America/Denver", "America/Phoenix", "Pacific/Honolulu"} <= set(found)
    assert not {"America/Detroit", "America/Boise"} & set(found) and len(found) <= 12
    assert len(zones_of_phone("+18005550123")) > 12
