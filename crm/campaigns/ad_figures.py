"""What ad sets and ads cost and brought each day: beside the day of their campaign, never added to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import orjson

from crm.campaigns.collecting import currencies_of
from crm.campaigns.figures import BILLIONTHS, FIGURES
from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.db.transaction import Transaction

LONGEST = 200
COLUMNS = (
    "ad_set_id", "ad_id", "currency", "impressions", "clicks", "spend", "conversions", "value", "untold",
)  # fmt: skip
CampaignDay = tuple[int, str]
Stored = tuple[Any, ...]


def keep_parts(tx: Transaction, source: str, parts: Mapping[CampaignDay, Sequence[PlatformRow]]) -> None:
    """They take the place of those that the source told of the same campaigns and days before."""
    if not parts:
        return
    earlier, known = _earlier(tx, source, list(parts)), _Places(tx, source)
    currencies = currencies_of(tx, {campaign_id for campaign_id, _ in parts})
    for key, rows in parts.items():
        own = currencies[key[0]]
        given = sorted((_stored(known, key[0], own, row) for row in rows), key=orjson.dumps)
        if given != earlier.get(key, []):
            _replace(tx, source, key, given)


def _stored(known: "_Places", campaign_id: int, own: str, row: PlatformRow) -> Stored:
    """In the order of COLUMNS; `own` is the currency of the campaign."""
    told = [getattr(row, name) for name in FIGURES]
    untold = sum(1 << place for place, value in enumerate(told) if value is None)
    conversions = int(((row.conversions or Decimal(0)) * BILLIONTHS).to_integral_value(ROUND_HALF_EVEN))
    place = known.of(campaign_id, row.part or AdPart())
    figures = (row.impressions or 0, row.clicks or 0, row.spend or 0, conversions, row.conversion_value or 0)
    return (*place, row.currency or own, *figures, untold)


@dataclass(frozen=True, slots=True)
class Named:
    """A row of `ad_sets` or of `ads`."""

    table: str
    platform_id: str
    name: str
    ad_set_id: int | None = None


def _named(table: str, platform_id: str, name: str, above: str, ad_set_id: int | None = None) -> Named:
    """Without an id of the platform, it is known by its name within what it belongs to."""
    known_by = (platform_id or f"{above}/{name}")[:LONGEST]
    return Named(table, known_by, (name or known_by)[:LONGEST], ad_set_id)


class _Places:
    """The ids of ad sets and ads; those that are not there yet are made."""

    def __init__(self, tx: Transaction, source: str) -> None:
        self._tx, self._source = tx, source
        self._known: dict[tuple[str, str], int] = {}

    def of(self, campaign_id: int, part: AdPart) -> tuple[int | None, int | None]:
        ad_set_id = ad_id = None
        if part.ad_set_id or part.ad_set:
            named = _named("ad_sets", part.ad_set_id, part.ad_set, f"{campaign_id}")
            ad_set_id = self._id(campaign_id, named)
        if part.ad_id or part.ad:
            named = _named("ads", part.ad_id, part.ad, f"{campaign_id}/{ad_set_id or ''}", ad_set_id)
            ad_id = self._id(campaign_id, named)
        return ad_set_id, ad_id

    def _id(self, campaign_id: int, part: Named) -> int:
        if (part.table, part.platform_id) not in self._known:
            self._known[part.table, part.platform_id] = _keep(self._tx, self._source, campaign_id, part)
        return self._known[part.table, part.platform_id]


def _keep(tx: Transaction, source: str, campaign_id: int, part: Named) -> int:
    """Under the name that the platform gives it now."""
    given = {"source": source, "platform_id": part.platform_id, "name": part.name}
    found = tx.tuples(
        f"""
        SELECT t.id, t.name
          FROM {part.table} t
         WHERE t.workspace_id = :workspace_id
           AND t.source = :source
           AND t.platform_id = :platform_id
        """,
        source=source,
        platform_id=part.platform_id,
    )
    if not found:
        return _insert(tx, {**given, "campaign_id": campaign_id}, part)
    if found[0][1] != part.name:
        tx.run(
            f"""
            UPDATE {part.table}
               SET name = :name, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND id = :id
            """,
            id=found[0][0],
            name=part.name,
        )
    return int(found[0][0])


def _insert(tx: Transaction, given: Mapping[str, Any], part: Named) -> int:
    above, value = (", ad_set_id", ", :ad_set_id") if part.table == "ads" else ("", "")
    return tx.insert(
        f"""
        INSERT INTO {part.table} (workspace_id, campaign_id, source, platform_id, name{above},
                                  created_at, updated_at)
        VALUES (:workspace_id, :campaign_id, :source, :platform_id, :name{value}, :now, :now)
        RETURNING id
        """,
        **given,
        **({"ad_set_id": part.ad_set_id} if part.table == "ads" else {}),
    )


def _earlier(tx: Transaction, source: str, keys: Sequence[CampaignDay]) -> dict[CampaignDay, list[Stored]]:
    rows = tx.run_many(
        """
        SELECT a.campaign_id, a.day, a.ad_set_id, a.ad_id, a.currency, a.impressions, a.clicks, a.spend,
               a.conversions, a.value, a.untold
          FROM ad_kpi_data a
         WHERE a.workspace_id = :workspace_id
           AND a.campaign_id = :campaign_id
           AND a.day = :day
           AND a.source = :source
        """,
        [{"campaign_id": key[0], "day": key[1], "source": source} for key in keys],
    )
    found: dict[CampaignDay, list[Stored]] = {}
    for campaign_id, day, *stored in rows:
        found.setdefault((int(str(campaign_id)), str(day)), []).append(tuple(stored))
    return {key: sorted(each, key=orjson.dumps) for key, each in found.items()}


def _replace(tx: Transaction, source: str, key: CampaignDay, given: Sequence[Stored]) -> None:
    campaign_id, day = key
    tx.run(
        """
        DELETE FROM ad_kpi_data
         WHERE workspace_id = :workspace_id
           AND campaign_id = :campaign_id
           AND day = :day
           AND source = :source
        """,
        campaign_id=campaign_id,
        day=day,
        source=source,
    )
    fixed: dict[str, Any] = {"campaign_id": campaign_id, "day": day, "source": source}
    tx.run_many(
        """
        INSERT INTO ad_kpi_data (workspace_id, campaign_id, day, source, place, ad_set_id, ad_id, currency,
                                 impressions, clicks, spend, conversions, value, untold)
        VALUES (:workspace_id, :campaign_id, :day, :source, :place, :ad_set_id, :ad_id, :currency,
                :impressions, :clicks, :spend, :conversions, :value, :untold)
        """,
        [
            {**fixed, "place": place, **dict(zip(COLUMNS, stored, strict=True))}
            for place, stored in enumerate(given)
        ],
    )
