"""The time zones in which a client may be, by country and phone number."""

from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers

from crm.clients.client import Client
from crm.when_used import WhenUsed

HALF_A_YEAR = timedelta(days=182)
MOST = 12
UNKNOWN = "Etc/Unknown"

time_zones = WhenUsed("phonenumbers.timezone")  # its table of numbers takes 2 MB


def zones_of(client: Client, now: datetime) -> list[str]:
    """Zones with different clocks, the most populous first; none if neither country nor phone is known.

    The country counts first, as people keep their number when they move; the number decides the part.
    """
    by_phone = zones_of_phone(client.phone or "")
    by_country = _zones_of_countries().get(client.country or "", [])
    both = [zone for zone in by_country if zone in by_phone]
    return _differing(both or by_country or by_phone, now)[:MOST]


def zones_of_phone(e164: str) -> list[str]:
    try:
        found: list[str] | tuple[str, ...] = time_zones.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return []
    return [zone for zone in found if zone != UNKNOWN]


def _differing(zones: list[str], now: datetime) -> list[str]:
    """One for each clock, in winter and in summer."""
    first: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        first.setdefault(clocks_of(zone, now), zone)
    return list(first.values())


def clocks_of(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """The offset from UTC now and in half a year: zones with the same offsets show the same time."""
    return tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in (now, now + HALF_A_YEAR))


@cache
def _zones_of_countries() -> dict[str, list[str]]:
    """By ISO 3166 code, in the order of the time zone database: the largest place of a country first."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return found
