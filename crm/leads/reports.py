"""What became of the leads of a pipeline, in a span of time. (The length of a stay is computed by SQLite.)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm import clock
from crm.db.transaction import Row, Transaction
from crm.leads.pipeline import Pipeline, get_default_pipeline, get_pipeline
from crm.money import LOW, as_major

VALUE = f"sum(l.value_minor / {LOW}) AS high, sum(l.value_minor % {LOW}) AS low"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """`reached` leads came at least so far; `conversion` is their share of the step before, in per cent."""

    stage_id: int
    name: str
    colour: str
    reached: int
    conversion: float | None


@dataclass(frozen=True, slots=True)
class Won:
    """`label` is a month such as 2026-11, or the name of the owner `owner_id` (empty for nobody)."""

    label: str
    currency: str
    leads: int
    value: int | float
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class StageTime:
    """How many stays ended in the span, and how many days they took on average."""

    stage_id: int
    name: str
    colour: str
    stays: int
    days: float


@dataclass(frozen=True, slots=True)
class Report:
    pipeline_id: int
    since: str
    until: str
    funnel: list[FunnelStep]
    won_by_month: list[Won]
    won_by_owner: list[Won]
    time_in_stage: list[StageTime]


def show_report(tx: Transaction, pipeline_id: int | None, *, months: int, timezone: str) -> Report:
    """Of this month and those before, as months are where `timezone` is; without an id the default.

    Raises NotFound.
    """
    pipeline = get_default_pipeline(tx) if pipeline_id is None else get_pipeline(tx, pipeline_id)
    starts = _month_starts(tx.now, months, ZoneInfo(timezone))
    bounds = [clock.as_text(start) for start in starts]
    labels = [f"{start:%Y-%m}" for start in starts]
    span: dict[str, str | int] = {"pipeline_id": pipeline.id, "since": bounds[0], "until": bounds[-1]}
    return Report(
        pipeline_id=pipeline.id,
        since=bounds[0],
        until=bounds[-1],
        funnel=_funnel(tx, pipeline, span),
        won_by_month=_won_by_month(tx, pipeline.id, labels, bounds),
        won_by_owner=_won_by_owner(tx, span),
        time_in_stage=_time_in_stage(tx, pipeline, span),
    )


def _month_starts(now: str, months: int, zone: ZoneInfo) -> list[datetime]:
    """The beginnings of that many months, the present one the last, and of the next."""
    here = clock.from_text(now).astimezone(zone)
    last = here.year * 12 + here.month
    return [
        datetime((month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone)
        for month in range(last - months + 1, last + 2)
    ]


def _funnel(tx: Transaction, pipeline: Pipeline, span: dict[str, str | int]) -> list[FunnelStep]:
    """Of the leads created in the span. A lead that skipped a stage came past it all the same."""
    furthest = {
        row["furthest"]: row["leads"]
        for row in tx.all(
            """
            SELECT furthest, count(*) AS leads
              FROM (SELECT max(s.rank) AS furthest
                      FROM leads l
                      JOIN stage_stays y ON y.workspace_id = l.workspace_id AND y.lead_id = l.id
                      JOIN stages s      ON s.workspace_id = y.workspace_id AND s.id = y.stage_id
                     WHERE l.workspace_id = :workspace_id
                       AND l.pipeline_id = :pipeline_id
                       AND l.deleted_at IS NULL
                       AND l.created_at >= :since
                       AND l.created_at < :until
                       AND s.pipeline_id = :pipeline_id
                       AND s.kind <> 'lost'
                     GROUP BY l.id) came
             GROUP BY furthest
            """,
            **span,
        )
    }
    ranks = {
        row["id"]: row["rank"]
        for row in tx.all(
            """
            SELECT id, rank
              FROM stages
             WHERE workspace_id = :workspace_id
               AND pipeline_id = :pipeline_id
            """,
            pipeline_id=pipeline.id,
        )
    }
    steps: list[FunnelStep] = []
    for stage in pipeline.stages:
        if stage.kind == "lost" or stage.archived_at is not None:
            continue
        reached = sum(leads for rank, leads in furthest.items() if rank >= ranks[stage.id])
        before = steps[-1].reached if steps else None
        conversion = round(100 * reached / before, 1) if before else None
        steps.append(FunnelStep(stage.id, stage.name, stage.colour, reached, conversion))
    return steps


def _won_by_month(tx: Transaction, pipeline_id: int, labels: list[str], bounds: list[str]) -> list[Won]:
    """Of each currency in which anything was won all months, those without a win too."""
    months = [
        {won.currency: won for won in _won(tx, pipeline_id, label, since, until)}
        for label, since, until in zip(labels, bounds, bounds[1:], strict=False)
    ]
    currencies = sorted({currency for month in months for currency in month})
    return [
        month.get(currency, Won(label, currency, 0, 0))
        for currency in currencies
        for label, month in zip(labels, months, strict=False)
    ]


def _won(tx: Transaction, pipeline_id: int, label: str, since: str, until: str) -> list[Won]:
    rows = tx.all(
        f"""
        SELECT l.currency, count(*) AS leads, {VALUE}
          FROM leads l
         WHERE l.workspace_id = :workspace_id
           AND l.pipeline_id = :pipeline_id
           AND l.deleted_at IS NULL
           AND l.closed_at >= :since
           AND l.closed_at < :until
           AND l.status = 'won'
         GROUP BY l.currency
         ORDER BY leads DESC, l.currency
        """,
        pipeline_id=pipeline_id,
        since=since,
        until=until,
    )
    return [_as_won(row, label) for row in rows]


def _won_by_owner(tx: Transaction, span: dict[str, str | int]) -> list[Won]:
    rows = tx.all(
        f"""
        SELECT COALESCE(u.name, '') AS owner, l.owner_id, l.currency, count(*) AS leads, {VALUE}
          FROM leads l
          LEFT JOIN users u ON u.workspace_id = l.workspace_id AND u.id = l.owner_id
         WHERE l.workspace_id = :workspace_id
           AND l.pipeline_id = :pipeline_id
           AND l.deleted_at IS NULL
           AND l.closed_at >= :since
           AND l.closed_at < :until
           AND l.status = 'won'
         GROUP BY l.owner_id, u.name, l.currency
         ORDER BY l.currency, high DESC, low DESC
        """,
        **span,
    )
    return [_as_won(row, row["owner"], row["owner_id"]) for row in rows]


def _as_won(row: Row, label: str, owner_id: int | None = None) -> Won:
    value = as_major(row["high"] * LOW + row["low"])
    return Won(label, row["currency"], row["leads"], value, owner_id)


def _time_in_stage(tx: Transaction, pipeline: Pipeline, span: dict[str, str | int]) -> list[StageTime]:
    rows: Sequence[Row] = tx.all(
        """
        SELECT y.stage_id, count(*) AS stays, avg(julianday(y.left_at) - julianday(y.entered_at)) AS days
          FROM stages s
          JOIN stage_stays y ON y.workspace_id = s.workspace_id AND y.stage_id = s.id
         WHERE s.workspace_id = :workspace_id
           AND s.pipeline_id = :pipeline_id
           AND y.left_at >= :since
           AND y.left_at < :until
         GROUP BY y.stage_id
        """,
        **span,
    )
    found = {row["stage_id"]: row for row in rows}
    return [
        StageTime(
            stage.id,
            stage.name,
            stage.colour,
            found[stage.id]["stays"] if stage.id in found else 0,
            round(found[stage.id]["days"], 2) if stage.id in found else 0.0,
        )
        for stage in pipeline.stages
        if stage.kind == "open" and stage.archived_at is None
    ]
