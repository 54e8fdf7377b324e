"""How long the vehicles in stock have been there, and what they are offered for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crm.catalogue.days_in_stock import BANDS, AgeBand, band_of, days_between, workspace_today
from crm.db.transaction import Row, Transaction
from crm.money import LOW, as_major
from crm.records.seen import only_seen


@dataclass(slots=True)
class StockValue:
    """Asking prices, in major units; vehicles without a price are counted alone."""

    currency: str
    vehicles: int
    price: int | float


@dataclass(slots=True)
class StockAge:
    """`average_days` is rounded down; None where there is no vehicle."""

    band: AgeBand
    vehicles: int = 0
    average_days: int | None = None
    prices: list[StockValue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StockReport:
    """Of what is not sold, whatever its status. `bands` are from the youngest to the oldest."""

    vehicles: int
    average_days: int | None
    oldest_days: int | None
    bands: list[StockAge]


def report_stock(tx: Transaction) -> StockReport:
    """Days are of the workspace's time zone, so that all who look count alike."""
    rows = tx.all(
        f"""
        SELECT v.stocked_on, v.currency, count(*) AS vehicles,
               sum(v.price_minor / {LOW}) AS high, sum(v.price_minor % {LOW}) AS low
          FROM vehicles v
         WHERE v.workspace_id = :workspace_id
           AND v.deleted_at IS NULL
           AND v.sold_on IS NULL
           {only_seen(tx, "vehicle", "v")}
         GROUP BY v.stocked_on, v.status, v.currency
         ORDER BY v.stocked_on, v.status, v.currency
        """
    )
    return _report(rows, workspace_today(tx))


def _report(rows: Iterable[Row], today: date) -> StockReport:
    """Rows that came on one day are read together, so that a report of 100,000 vehicles stays small."""
    ages = {band: StockAge(band) for band in BANDS}
    spent = dict.fromkeys(BANDS, 0)
    prices: dict[tuple[AgeBand, str], list[int]] = {}
    oldest: int | None = None
    for row in rows:
        days = days_between(row["stocked_on"], today)
        band = band_of(days)
        oldest = max(days, oldest or 0)
        ages[band].vehicles += row["vehicles"]
        spent[band] += days * row["vehicles"]
        held = prices.setdefault((band, row["currency"]), [0, 0])
        held[0] += row["vehicles"]
        held[1] += int((row["high"] or 0) * LOW + (row["low"] or 0))
    for (known, currency), (vehicles, price) in sorted(prices.items()):
        ages[known].prices.append(StockValue(currency, vehicles, as_major(price)))
    for age in ages.values():
        age.average_days = spent[age.band] // age.vehicles if age.vehicles else None
    total = sum(age.vehicles for age in ages.values())
    average = sum(spent.values()) // total if total else None
    return StockReport(total, average, oldest, list(ages.values()))
