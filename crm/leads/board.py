"""The board of a pipeline: cards, count and sum of each stage under one filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.list_parts import Part
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound
from crm.leads.filters import BoardFilter, filter_parts, pipeline_rows, stage_rows
from crm.leads.ids import PipelineId, StageId
from crm.leads.lead import COLUMN, STAGE_OF_LEAD, Lead, day_number, lead_columns, lead_of
from crm.leads.pipeline import Stage, get_pipeline
from crm.money import LOW, as_major, share

RANK = len(COLUMN)


@dataclass(frozen=True, slots=True)
class Sum:
    """In major units. `weighted` is by the stage's probability."""

    currency: str
    value: int | float
    weighted: int | float


@dataclass(frozen=True, slots=True)
class Column:
    """A stage. `count` and sums cover all matching leads; `cards` is their first page, `next` its cursor.

    `sum`, `weighted_sum` and `currency` are None when the leads are of several currencies: see `sums`.
    """

    id: int
    name: str
    colour: str
    kind: str
    probability: int
    stale_days: int | None
    count: int
    sum: int | float | None
    weighted_sum: int | float | None
    currency: str | None
    sums: list[Sum]
    cards: list[Lead]
    next: str | None


@dataclass(frozen=True, slots=True)
class Board:
    pipeline_id: int
    name: str
    stages: list[Column]


def show_board(tx: Transaction, pipeline_id: int, wanted: BoardFilter, *, limit: int) -> Board:
    """All columns with their first cards. Raises NotFound."""
    return _board(tx, pipeline_id, wanted, limit=limit)


def show_column(
    tx: Transaction,
    pipeline_id: PipelineId,
    stage_id: StageId,
    wanted: BoardFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Board:
    """Only one column, from the cursor on. Raises NotFound, and Invalid naming `cursor`."""
    board = _board(tx, pipeline_id, wanted, limit=limit, stage_id=stage_id, cursor=cursor)
    if not board.stages:
        raise NotFound("There is no such stage on this board.")
    return board


def _board(
    tx: Transaction,
    pipeline_id: int,
    wanted: BoardFilter,
    *,
    limit: int,
    stage_id: int | None = None,
    cursor: str | None = None,
) -> Board:
    pipeline = get_pipeline(tx, pipeline_id)
    parts = filter_parts(tx, wanted)
    totals = _totals(tx, pipeline_id, parts)
    usual = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    columns = [
        _column(stage, totals.get(stage.id, []), usual, _cards(tx, stage, parts, limit=limit, cursor=cursor))
        for stage in pipeline.stages
        if stage.takes_leads and stage_id in (None, stage.id)
    ]
    return Board(pipeline.id, pipeline.name, columns)


def _column(stage: Stage, totals: Sequence[Row], usual: str, cards: Page[Lead]) -> Column:
    sums = [_sum(row, stage) for row in totals]
    only = sums[0] if len(sums) == 1 else None if sums else Sum(usual, 0, 0)
    return Column(
        id=stage.id,
        name=stage.name,
        colour=stage.colour,
        kind=stage.kind,
        probability=stage.probability,
        stale_days=stage.stale_days,
        count=sum(row["leads"] for row in totals),
        sum=only.value if only else None,
        weighted_sum=only.weighted if only else None,
        currency=only.currency if only else None,
        sums=sums,
        cards=cards.rows,
        next=cards.next,
    )


def _cards(
    tx: Transaction, stage: Stage, parts: list[Part] | None, *, limit: int, cursor: str | None
) -> Page[Lead]:
    if parts is None:
        return Page([], None)
    custom = custom_fields_of(tx, "lead")
    rows = stage_rows(tx, parts, stage.id)
    found = tx.tuples(
        f"""
        SELECT {lead_columns(tx)}, l.rank
          FROM (SELECT l.id AS page_id
                  FROM {rows.source}
                 WHERE {rows.where}
                   AND l.rank > :after
                 ORDER BY l.rank
                 LIMIT :limit) page
          JOIN leads l ON l.id = page.page_id
          {STAGE_OF_LEAD}
         WHERE +l.workspace_id = :workspace_id
         ORDER BY l.rank
        """,
        after=decode_cursor(cursor, (str,))[0] if cursor else "",
        limit=limit + 1,
        today=day_number(tx.now),
        **rows.params,
    )
    page = page_of(found, limit, lambda row: row[RANK:])
    return Page([lead_of(row[:RANK], custom) for row in page.rows], page.next)


def _totals(tx: Transaction, pipeline_id: int, parts: list[Part] | None) -> dict[int, list[Row]]:
    """Rows of stage, currency, count and sum, by stage; the one with the most leads first."""
    if parts is None:
        return {}
    rows = pipeline_rows(tx, parts, pipeline_id)
    found: dict[int, list[Row]] = {}
    for row in tx.all(
        f"""
        SELECT l.stage_id, l.currency, count(*) AS leads,
               sum(l.value_minor / {LOW}) AS high, sum(l.value_minor % {LOW}) AS low
          FROM {rows.source}
         WHERE {rows.where}
         GROUP BY l.stage_id, l.currency
         ORDER BY l.stage_id, leads DESC, l.currency
        """,
        **rows.params,
    ):
        found.setdefault(row["stage_id"], []).append(row)
    return found


def _sum(row: Row, stage: Stage) -> Sum:
    stored, currency = row["high"] * LOW + row["low"], row["currency"]
    return Sum(currency, as_major(stored), as_major(share(stored, stage.probability, currency)))
