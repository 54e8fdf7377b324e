"""Reports on the leads of a pipeline in a period. (SQLite computes the length of a stay.)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.db.transaction import Row, Transaction
from crm.leads.figures import Figures, figure_out
from crm.leads.funnel import FunnelStep, show_funnel
from crm.leads.pipeline import Pipeline, get_default_pipeline, get_pipeline
from crm.leads.report_span import Span, span_of
from crm.leads.sums import VALUE, ClosedSum, Whose, stored_sum, sum_closed
from crm.money import as_major
from crm.records.seen import only_seen


@dataclass(frozen=True, slots=True)
class Won:
    """`label` is a month such as 2026-11, or the name of the owner `owner_id` (empty for no owner)."""

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
class WinRate:
    """Of the leads closed in the span; `per_cent` is None if there was none."""

    won: int
    lost: int
    per_cent: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` are of now, not of the span, one for each currency; `owner_id` is 0 for no owner."""

    pipeline_id: int
    owner_id: int | None
    since: str
    until: str
    figures: list[Figures]
    win_rate: WinRate
    funnel: list[FunnelStep]
    won_by_month: list[Won]
    won_by_owner: list[Won]
    time_in_stage: list[StageTime]


def show_report(
    tx: Transaction,
    pipeline_id: int | None,
    *,
    months: int,
    timezone: str,
    owner_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Report:
    """Of this month and those before, as months are where `timezone` is, or of the days `since` to `until`;
    without an id of the default pipeline. Raises NotFound, and Invalid naming a day.
    """
    span = span_of(tx.now, timezone, months, since, until)
    pipeline = get_default_pipeline(tx) if pipeline_id is None else get_pipeline(tx, pipeline_id)
    whose = Whose(pipeline.id, owner_id)
    closed = sum_closed(tx, span.bounds, whose)
    return Report(
        pipeline_id=pipeline.id,
        owner_id=owner_id,
        since=span.since,
        until=span.until,
        figures=figure_out(tx, whose, timezone),
        win_rate=_win_rate(closed),
        funnel=show_funnel(tx, pipeline, span, whose),
        won_by_month=_won_by_month(span, closed),
        won_by_owner=_won_by_owner(tx, span, whose),
        time_in_stage=_time_in_stage(tx, pipeline, span, whose),
    )


def _win_rate(closed: Sequence[ClosedSum]) -> WinRate:
    won, lost = (sum(each.leads for each in closed if each.status == status) for status in ("won", "lost"))
    return WinRate(won, lost, round(100 * won / (won + lost), 1) if won + lost else None)


def _won_by_month(span: Span, closed: Sequence[ClosedSum]) -> list[Won]:
    """Of each currency in which anything was won all months, those without a win too."""
    won = {(each.currency, each.span): each for each in closed if each.status == "won"}
    return [
        Won(label, currency, of.leads, of.value)
        if (of := won.get((currency, month)))
        else Won(label, currency, 0, 0)
        for currency in sorted({currency for currency, _month in won})
        for month, label in enumerate(span.labels)
    ]


def _won_by_owner(tx: Transaction, span: Span, whose: Whose) -> list[Won]:
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
               {whose.of_owner}
               {only_seen(tx, "lead", "l")}
         GROUP BY l.owner_id, u.name, l.currency
         ORDER BY l.currency, high DESC, low DESC
        """,
        since=span.since,
        until=span.until,
        **whose.params,
    )
    return [
        Won(row["owner"], row["currency"], row["leads"], as_major(stored_sum(row)), row["owner_id"])
        for row in rows
    ]


def _time_in_stage(tx: Transaction, pipeline: Pipeline, span: Span, whose: Whose) -> list[StageTime]:
    of_leads = f"{whose.of_owner} {only_seen(tx, 'lead', 'l')}".strip()
    leads = "JOIN leads l ON l.workspace_id = y.workspace_id AND l.id = y.lead_id" if of_leads else ""
    rows: Sequence[Row] = tx.all(
        f"""
        SELECT y.stage_id, count(*) AS stays, avg(julianday(y.left_at) - julianday(y.entered_at)) AS days
          FROM stages s
          JOIN stage_stays y ON y.workspace_id = s.workspace_id AND y.stage_id = s.id
          {leads}
         WHERE s.workspace_id = :workspace_id
           AND s.pipeline_id = :pipeline_id
           AND y.left_at >= :since
           AND y.left_at < :until
               {of_leads}
         GROUP BY y.stage_id
        """,
        since=span.since,
        until=span.until,
        **whose.params,
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
