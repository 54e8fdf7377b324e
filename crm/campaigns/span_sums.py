"""What each campaign came to in a span of months, out of the sums of its months."""

from collections.abc import Sequence

from crm.campaigns.figures import MILLIONTHS
from crm.campaigns.measures import ALL_UNTOLD, Sums
from crm.campaigns.source_sums import SourcedSums
from crm.db.transaction import Transaction


def sum_span(
    tx: Transaction, first: str, last: str, *, campaign_id: int | None = None
) -> dict[tuple[int, str], SourcedSums]:
    """By campaign and currency; both months are included. Of all campaigns, or of one.

    Each sum is made of its millions and the rest, which both fit into 64 bits.
    """
    rows = tx.tuples(
        f"""
        SELECT s.campaign_id, s.currency, s.source,
               SUM(s.impressions / {MILLIONTHS}), SUM(s.impressions % {MILLIONTHS}),
               SUM(s.clicks / {MILLIONTHS}), SUM(s.clicks % {MILLIONTHS}),
               SUM(s.spend / {MILLIONTHS}), SUM(s.spend % {MILLIONTHS}),
               SUM(s.conversions / {MILLIONTHS}), SUM(s.conversions % {MILLIONTHS}),
               SUM(s.value / {MILLIONTHS}), SUM(s.value % {MILLIONTHS}),
               {_nobody_told()}
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
    found: dict[tuple[int, str], SourcedSums] = {}
    for campaign, currency, source, *parts, untold in rows:
        found.setdefault((campaign, currency), SourcedSums()).add_of(source, _sums(parts, untold))
    return found


def _nobody_told() -> str:
    """The bits that all rows have."""
    bits = (1 << place for place in range(ALL_UNTOLD.bit_length()))
    return " + ".join(f"MIN(s.untold & {bit})" for bit in bits)


def _sums(parts: Sequence[int], untold: int) -> Sums:
    whole = [int(parts[place]) * MILLIONTHS + int(parts[place + 1]) for place in range(0, len(parts), 2)]
    found = Sums(*whole)
    found.untold = int(untold)
    return found
