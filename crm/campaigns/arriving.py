"""Figures as platforms tell them, for our campaigns: matched by platform id or name, or created."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from crm.campaigns.ad_figures import keep_parts
from crm.campaigns.campaign import Campaign, get_campaign
from crm.campaigns.campaigns import change_campaign, create_campaign
from crm.campaigns.collecting import Collected, collect_daily
from crm.campaigns.fields import CampaignChanges, CampaignFields, Channel, PlatformIdFields
from crm.campaigns.figures import DailyFigures
from crm.campaigns.platform_ids import find_campaign_by_platform_id
from crm.campaigns.platform_rows import MILLIONTHS, PlatformRow, added
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import name_key

CHANNELS: Mapping[str, Channel] = {
    "google_ads": "search", "meta_ads": "social", "tiktok_ads": "video", "yandex_direct": "search",
}  # fmt: skip
LONGEST_NAME = 200
BILLIONTH = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was collected, how many rows are of no campaign and stay out, how many campaigns are new."""

    collected: Collected
    without_campaign: int
    campaigns_created: int


def collect_rows(tx: Transaction, source: str, rows: Sequence[PlatformRow]) -> Arrived:
    """Rows of the same campaign and day are added, and those of its ads kept beside that sum.

    Raises Invalid: nothing is stored then.
    """
    known: dict[tuple[str, str], int] = {}
    created: set[int] = set()
    together: dict[tuple[int, str], PlatformRow] = {}
    parts: dict[tuple[int, str], list[PlatformRow]] = {}
    for row in rows:
        if not row.has_campaign:
            continue
        name = (row.campaign_id, "" if row.campaign_id else row.campaign)
        if name not in known:
            known[name] = _campaign_for(tx, source, row, created)
        key = (known[name], row.day.isoformat())
        if row.part:
            parts.setdefault(key, []).append(row)
        if not row.detail:
            together[key] = _added(together[key], row) if key in together else row
    figures = [_figures_of(campaign_id, row) for (campaign_id, _), row in together.items()]
    without = sum(not row.has_campaign for row in rows)
    collected = collect_daily(tx, source, figures)
    keep_parts(tx, source, parts)
    return Arrived(collected, without, len(created))


def _added(one: PlatformRow, other: PlatformRow) -> PlatformRow:
    """Raises Invalid for amounts of two currencies."""
    if one.currency and other.currency and one.currency != other.currency:
        raise Invalid.field("rows", "has two currencies for one campaign and day")
    return added(one, other)


def _campaign_for(tx: Transaction, source: str, row: PlatformRow, created: set[int]) -> int:
    if row.campaign_id:
        found = find_campaign_by_platform_id(tx, source, row.campaign_id)
        if found is not None:
            return found
    name = row.campaign[:LONGEST_NAME].strip() or f"{source} {row.campaign_id}"
    namesake = _find_by_name(tx, name)
    if namesake is None:
        campaign = _create(tx, source, row, name)
    elif not row.campaign_id:
        return namesake.id
    elif not any(each.source == source for each in namesake.platform_ids):
        return _identify(tx, source, row, namesake)
    else:
        campaign = _create(tx, source, row, _other_name(tx, name, row.campaign_id))
    created.add(campaign.id)
    return campaign.id


def _find_by_name(tx: Transaction, name: str) -> Campaign | None:
    found = tx.value(
        """
        SELECT id
          FROM campaigns
         WHERE workspace_id = :workspace_id
           AND name_key = :name_key
           AND deleted_at IS NULL
        """,
        name_key=name_key(name),
    )
    return None if found is None else get_campaign(tx, int(found))


def _other_name(tx: Transaction, name: str, platform_id: str) -> str:
    """Two campaigns of a platform may have one name; ours may not."""
    ending = f" ({platform_id})"
    other = f"{name[: LONGEST_NAME - len(ending) - 4]}{ending}"
    number = 2
    while _find_by_name(tx, other) is not None:
        other = f"{name[: LONGEST_NAME - len(ending) - 4]}{ending[:-1]}, {number})"
        number += 1
    return other


def _identify(tx: Transaction, source: str, row: PlatformRow, campaign: Campaign) -> int:
    """A campaign that people named as the platform does gets the platform's id."""
    ids = [PlatformIdFields(source=each.source, id=each.id) for each in campaign.platform_ids]
    ids.append(PlatformIdFields(source=source, id=row.campaign_id))
    return change_campaign(tx, campaign.id, CampaignChanges(platform_ids=ids)).id


def _create(tx: Transaction, source: str, row: PlatformRow, name: str) -> Campaign:
    ids = [PlatformIdFields(source=source, id=row.campaign_id)] if row.campaign_id else []
    channel = CHANNELS.get(source, "other")
    fields = CampaignFields(name=name, channel=channel, currency=row.currency or None, platform_ids=ids)
    return create_campaign(tx, fields)


def _figures_of(campaign_id: int, row: PlatformRow) -> DailyFigures:
    """Where the platform tells no number, there is none."""
    return DailyFigures(
        campaign_id=campaign_id,
        day=row.day,
        impressions=row.impressions,
        clicks=row.clicks,
        spend=_major(row.spend),
        conversions=None if row.conversions is None else row.conversions.quantize(BILLIONTH, ROUND_HALF_EVEN),
        conversion_value=_major(row.conversion_value),
        currency=row.currency or None,
        extras={name: _plain(number) for name, number in row.extras.items()},
    )


def _major(millionths: int | None) -> Decimal | None:
    return None if millionths is None else Decimal(millionths) / MILLIONTHS


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
