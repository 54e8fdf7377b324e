"""What each campaign came to in some days: out of the sums of whole months, and of the days beside them."""

from collections.abc import Iterator, Sequence
from typing import Any

from crm.campaigns.figures import MILLIONTHS
from crm.campaigns.measures import ALL_UNTOLD, Sums
from crm.campaigns.period import Days
from crm.campaigns.source_sums import SourcedSums
from crm.db.transaction import Transaction

SUMMED_COLUMNS = ("impressions", "clicks", "spend", "conversions", "value")
Summed = tuple[Any, ...]


def summed(alias: str) -> str:
    """Each sum is made of its millions and the rest, which both fit into 64 bits; then what nobody told."""
    sums = [f"SUM({alias}.{name} {part} {MILLIONTHS})" for name in SUMMED_COLUMNS for part in ("/", "%")]
    bits = " + ".join(f"MIN({alias}.untold & {1 << place})" for place in range(ALL_UNTOLD.bit_length()))
    return ", ".join([*sums, bits])


def sums_of(parts: Sequence[int]) -> Sums:
    """As `summed` has them."""
    *halves, untold = parts
    whole = [int(halves[place]) * MILLIONTHS + int(halves[place + 1]) for place in range(0, len(halves), 2)]
    found = Sums(*whole)
    found.untold = int(untold)
    return found


def sum_span(
    tx: Transaction, days: Days, *, campaign_id: int | None = None
) -> dict[tuple[int, str], SourcedSums]:
    """By campaign and currency. Of all campaigns, or of one."""
    found: dict[tuple[int, str], SourcedSums] = {}
    for campaign, currency, source, *parts in _rows(tx, days, campaign_id):
        found.setdefault((campaign, currency), SourcedSums()).add_of(source, sums_of(parts))
    return found


def _rows(tx: Transaction, days: Days, campaign_id: int | None) -> Iterator[Summed]:
    if days.whole:
        yield from _of_months(tx, *days.whole, campaign_id)
    for edge in days.edges:
        yield from _of_days(tx, edge, campaign_id)


def _of_months(tx: Transaction, first: str, last: str, campaign_id: int | None) -> list[Summed]:
    return tx.tuples(
        f"""
        SELECT s.campaign_id, s.currency, s.source, {summed("s")}
          FROM campaign_summaries s
         WHERE s.workspace_id = :workspace_id
           AND s.month >= :first
           AND s.month <= :last
           {"AND s.campaign_id = :campaign_id" if campaign_id else ""}
         GROUP BY s.campaign_id, s.source, s.currency
        """,
        first=first,
        last=last,
        **({"campaign_id": campaign_id} if campaign_id else {}),
    )


def _of_days(tx: Transaction, days: Days, campaign_id: int | None) -> list[Summed]:
    return tx.tuples(
        f"""
        SELECT d.campaign_id, d.currency, d.source, {summed("d")}
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.day >= :first
           AND d.day <= :last
           {"AND d.campaign_id = :campaign_id" if campaign_id else ""}
         GROUP BY d.campaign_id, d.source, d.currency
        """,
        first=days.first,
        last=days.last,
        **({"campaign_id": campaign_id} if campaign_id else {}),
    )
