"""What an advertising platform tells of a campaign on a day, before it is a campaign of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

MILLIONTHS = 1_000_000
EXTRAS = ("link_clicks", "leads", "purchases", "sessions", "engaged_sessions")
"""Further figures that may be added over ads and days; reach and rates may not."""


@dataclass(frozen=True, slots=True)
class AdPart:
    """An ad set or an ad within it, as the platform calls them; texts that it does not tell are empty."""

    ad_set_id: str = ""
    ad_set: str = ""
    ad_id: str = ""
    ad: str = ""

    def __bool__(self) -> bool:
        return bool(self.ad_set_id or self.ad_set or self.ad_id or self.ad)


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """Money is in millionths of `currency`. None means that the platform gave no number: that is not 0.

    A row of no campaign has neither `campaign_id` nor `campaign`. One of an ad set or ad names it, by id or
    name; where it is a `detail`, the campaign's own row has the same figures already.
    """

    day: date
    campaign_id: str = ""
    campaign: str = ""
    currency: str = ""
    impressions: int | None = None
    clicks: int | None = None
    spend: int | None = None
    conversions: Decimal | None = None
    conversion_value: int | None = None
    extras: Mapping[str, Decimal] = field(default_factory=dict)
    part: "AdPart | None" = None
    detail: bool = False

    @property
    def has_campaign(self) -> bool:
        return bool(self.campaign_id or self.campaign)

    @property
    def key(self) -> tuple[str, str, date]:
        """The same for all rows that are to be added: a platform's id says which campaign it is."""
        return (self.campaign_id, "" if self.campaign_id else self.campaign, self.day)


def as_millionths(amount: Decimal) -> int:
    """Rounded half to even, as bookkeeping does."""
    with localcontext(prec=60):
        return int((amount * MILLIONTHS).quantize(Decimal(1), ROUND_HALF_EVEN))


def add_up(rows: Iterable[PlatformRow]) -> list[PlatformRow]:
    """One row for each campaign, ad, day and currency: platforms list keywords and devices apart."""
    found: dict[tuple[Any, ...], PlatformRow] = {}
    for row in rows:
        key = (row.key, row.part, row.detail, row.currency)
        found[key] = added(found[key], row) if key in found else row
    return list(found.values())


def added(one: PlatformRow, other: PlatformRow) -> PlatformRow:
    """Both together, under the names of `other`."""
    return PlatformRow(
        day=other.day,
        campaign_id=other.campaign_id,
        campaign=other.campaign or one.campaign,
        currency=other.currency or one.currency,
        impressions=_whole(one.impressions, other.impressions),
        clicks=_whole(one.clicks, other.clicks),
        spend=_whole(one.spend, other.spend),
        conversions=_fraction(one.conversions, other.conversions),
        conversion_value=_whole(one.conversion_value, other.conversion_value),
        extras=_extras(one, other),
        part=other.part if other.part == one.part else None,
        detail=other.detail,
    )


def cut(rows: Iterable[PlatformRow], most: int) -> list[list[PlatformRow]]:
    """Pieces of about so many rows. All of a campaign's day are in one: its sum is collected at once."""
    days: dict[tuple[str, str, date], list[PlatformRow]] = {}
    for row in rows:
        days.setdefault(row.key, []).append(row)
    pieces: list[list[PlatformRow]] = []
    for each in days.values():
        if not pieces or len(pieces[-1]) + len(each) > most:
            pieces.append([])
        pieces[-1] += each
    return pieces


def _extras(one: PlatformRow, other: PlatformRow) -> dict[str, Decimal]:
    names = (*one.extras, *(name for name in other.extras if name not in one.extras))
    return {name: one.extras.get(name, Decimal(0)) + other.extras.get(name, Decimal(0)) for name in names}


def _whole(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _fraction(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other
