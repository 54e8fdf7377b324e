"""The conversion funnel of a pipeline."""

from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.leads.pipeline import Pipeline
from crm.leads.report_span import Span
from crm.leads.sums import Whose
from crm.records.seen import only_seen


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """`reached` leads came at least this far; `conversion` is their share of the last step, in per cent."""

    stage_id: int
    name: str
    colour: str
    reached: int
    conversion: float | None


def show_funnel(tx: Transaction, pipeline: Pipeline, span: Span, whose: Whose) -> list[FunnelStep]:
    """For the leads created in the span. A lead that skipped a stage counts as having reached it."""
    furthest = _furthest(tx, span, whose)
    ranks = _ranks(tx, pipeline)
    steps: list[FunnelStep] = []
    for stage in pipeline.stages:
        if stage.kind == "lost" or stage.archived_at is not None:
            continue
        reached = sum(leads for rank, leads in furthest.items() if rank >= ranks[stage.id])
        before = steps[-1].reached if steps else None
        conversion = round(100 * reached / before, 1) if before else None
        steps.append(FunnelStep(stage.id, stage.name, stage.colour, reached, conversion))
    return steps


def _furthest(tx: Transaction, span: Span, whose: Whose) -> dict[str, int]:
    """How many leads came as far as each rank, and no further."""
    return {
        row["furthest"]: row["leads"]
        for row in tx.all(
            f"""
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
                           {whose.of_owner}
                           {only_seen(tx, "lead", "l")}
                     GROUP BY l.id) came
             GROUP BY furthest
            """,
            since=span.since,
            until=span.until,
            **whose.params,
        )
    }


def _ranks(tx: Transaction, pipeline: Pipeline) -> dict[int, str]:
    return {
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
