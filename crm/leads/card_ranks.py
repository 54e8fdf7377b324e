"""The position of a card in its stage."""

from crm.db.transaction import Transaction
from crm.leads.ids import LeadId, StageId
from crm.records.ranks import LONGEST, rank_between, ranks_after

NO_LEAD = LeadId(0)


def top_of(tx: Transaction, stage_id: StageId) -> str:
    """The rank above all cards of the stage."""
    return rank_between(None, _rank_at(tx, stage_id, 0))


def rank_at_position(tx: Transaction, stage_id: StageId, lead_id: LeadId, position: int) -> str:
    """The rank of the place with that number among the other cards; past the end it is the last."""
    above = _rank_at(tx, stage_id, position - 1, lead_id) if position else None
    if position and above is None:
        return rank_between(_last_rank(tx, stage_id, lead_id), None)
    return _between(tx, stage_id, lead_id, above)


def rank_after(tx: Transaction, stage_id: StageId, lead_id: LeadId, after_id: LeadId) -> str:
    """The rank below another card; the top, when that card has left the stage meanwhile."""
    above = tx.value(
        """
        SELECT rank
          FROM leads
         WHERE workspace_id = :workspace_id
           AND id = :after_id
           AND id <> :lead_id
           AND stage_id = :stage_id
           AND deleted_at IS NULL
        """,
        stage_id=stage_id,
        lead_id=lead_id,
        after_id=after_id,
    )
    return _between(tx, stage_id, lead_id, above)


def _between(tx: Transaction, stage_id: StageId, lead_id: LeadId, above: str | None) -> str:
    rank = rank_between(above, _next_rank(tx, stage_id, lead_id, above))
    if len(rank) <= LONGEST or above is None:
        return rank
    above = _rank_anew(tx, stage_id)[above]
    return rank_between(above, _next_rank(tx, stage_id, lead_id, above))


def _rank_anew(tx: Transaction, stage_id: StageId) -> dict[str, str]:
    """Give the whole stage short ranks, keeping the order; returns new by old."""
    cards = tx.all(
        """
        SELECT id, rank
          FROM leads
         WHERE workspace_id = :workspace_id
           AND stage_id = :stage_id
           AND deleted_at IS NULL
         ORDER BY rank
        """,
        stage_id=stage_id,
    )
    ranks = ranks_after(cards[-1]["rank"], len(cards))
    for card, rank in zip(cards, ranks, strict=True):
        tx.run(
            "UPDATE leads SET rank = :rank WHERE workspace_id = :workspace_id AND id = :id",
            id=card["id"],
            rank=rank,
        )
    return {card["rank"]: rank for card, rank in zip(cards, ranks, strict=True)}


_RANKS = """
SELECT rank
  FROM leads
 WHERE workspace_id = :workspace_id
   AND stage_id = :stage_id
   AND deleted_at IS NULL
   AND id <> :besides
"""


def _rank_at(tx: Transaction, stage_id: StageId, position: int, besides: LeadId = NO_LEAD) -> str | None:
    rank: str | None = tx.value(
        f"{_RANKS} ORDER BY rank LIMIT 1 OFFSET :position",
        stage_id=stage_id,
        position=position,
        besides=besides,
    )
    return rank


def _next_rank(tx: Transaction, stage_id: StageId, lead_id: LeadId, above: str | None) -> str | None:
    rank: str | None = tx.value(
        f"{_RANKS} AND rank > :above ORDER BY rank LIMIT 1",
        stage_id=stage_id,
        besides=lead_id,
        above=above or "",
    )
    return rank


def _last_rank(tx: Transaction, stage_id: StageId, besides: LeadId) -> str | None:
    rank: str | None = tx.value(
        f"{_RANKS} ORDER BY rank DESC LIMIT 1",
        stage_id=stage_id,
        besides=besides,
    )
    return rank
