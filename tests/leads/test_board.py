import random
from decimal import Decimal
from typing import Any

import pytest

from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound
from crm.leads.board import Column, show_board, show_column
from crm.leads.filters import LeadFilter
from crm.leads.trash import delete_lead
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, stages_of


def board(db: Database, cast: Cast, stages: Stages, limit: int = 25, **wanted: Any) -> dict[str, Column]:
    shown = db.read(show_board, cast.owner, stages["New"].pipeline_id, LeadFilter(**wanted), limit=limit)
    return {column.name: column for column in shown.stages}


def test_sums_are_of_all_cards_not_of_the_loaded_ones(db: Database, cast: Cast, stages: Stages) -> None:
    for number in range(7):
        add_lead(db, cast.owner, title=f"{number}", value=100.5, stage_id=stages["Proposal"].id)
    add_lead(db, cast.outsider, value=1000)
    column = board(db, cast, stages, limit=3)["Proposal"]
    assert (column.count, column.sum, column.weighted_sum, column.currency) == (7, 703.5, 351.75, "USD")
    assert [card.title for card in column.cards] == ["6", "5", "4"]
    assert column.next is not None
    empty = board(db, cast, stages)["New"]
    assert (empty.count, empty.sum, empty.weighted_sum, empty.cards, empty.next) == (0, 0, 0, [], None)


def test_the_pages_of_a_column_meet_each_card_once_in_order(db: Database, cast: Cast, stages: Stages) -> None:
    for number in range(7):
        add_lead(db, cast.owner, title=f"{number}")
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        shown = db.read(
            show_column,
            cast.owner,
            stages["New"].pipeline_id,
            stages["New"].id,
            LeadFilter(),
            limit=3,
            cursor=cursor,
        )
        seen += [card.title for card in shown.stages[0].cards]
        cursor = shown.stages[0].next
        if cursor is None:
            break
    assert seen == [f"{number}" for number in reversed(range(7))]


def test_several_currencies_are_never_added_up(db: Database, cast: Cast, stages: Stages) -> None:
    add_lead(db, cast.owner, value=10, currency="EUR")
    add_lead(db, cast.owner, value=20, currency="EUR")
    add_lead(db, cast.owner, value=500, currency="RUB")
    column = board(db, cast, stages)["New"]
    assert (column.count, column.sum, column.weighted_sum, column.currency) == (3, None, None, None)
    assert [(each.currency, each.value, each.weighted) for each in column.sums] == [
        ("EUR", 30, 3),
        ("RUB", 500, 50),
    ]


def test_sums_beyond_sixty_four_bits_are_exact(db: Database, cast: Cast, stages: Stages) -> None:
    add_lead(db, cast.owner, value="9999999999999.99")
    db.write(multiply_leads, cast.owner, 10_000)
    column = board(db, cast, stages, limit=1)["New"]
    assert column.count == 10_000
    assert column.sum == 99_999_999_999_999_900
    assert column.weighted_sum == 9_999_999_999_999_990


def multiply_leads(tx: Transaction, count: int) -> None:
    """Copies of the only lead, each with a rank of its own."""
    tx.run(
        """
        WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < :count)
        INSERT INTO leads (workspace_id, title, title_key, value_minor, currency, pipeline_id, stage_id, rank,
                           type, status, stage_since, touched_at, touched_day, created_at, updated_at)
        SELECT workspace_id, title, title_key, value_minor, currency, pipeline_id, stage_id, rank || n, type,
               status, stage_since, touched_at, touched_day, created_at, updated_at
          FROM leads, n
         WHERE workspace_id = :workspace_id
        """,
        count=count,
    )


def test_totals_and_cards_are_under_one_filter(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    chance = random.Random(7)
    wide = list(stages.values())
    for number in range(60):
        add_lead(
            db,
            cast.owner,
            title=chance.choice(["ремонт офиса", "кухня", "Dach"]) + f" {number}",
            value=chance.randrange(1000),
            stage_id=chance.choice(wide).id,
            owner_id=chance.choice([None, cast.owner.user_id, cast.colleague.user_id]),
            type=chance.choice(["order", "support"]),
            tags=chance.sample(["vip", "old", "new"], 2),
            source=chance.choice(["fair", None]),
            expected_close=chance.choice([None, "2026-12-01", "2027-01-15"]),
        )
        frozen_clock.advance(hours=8)
    for wanted in (
        {},
        {"q": "РЕМОНТ"},
        {"q": "кух", "tag": "VIP"},
        {"owner_id": cast.owner.user_id},
        {"owner_id": 0, "type": "order"},
        {"status": "open"},
        {"status": "won", "source": "fair"},
        {"stale": True},
        {"stale": False, "tag": "old"},
        {"value_from": Decimal(200), "value_to": Decimal(800)},
        {"closes_to": "2026-12-31", "tag": "new"},
        {"closes_from": "2027-01-01", "closes_to": "2027-12-31"},
        {"q": "nothing like it"},
        {"tag": "never seen"},
    ):
        for column in board(db, cast, stages, limit=200, **wanted).values():
            assert column.count == len(column.cards)
            assert column.sum == sum(card.value for card in column.cards)


def test_deleted_leads_are_not_on_the_board(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=5)
    db.write(delete_lead, cast.owner, lead.id)
    assert board(db, cast, stages)["New"].count == 0


def test_nobody_sees_another_workspace_s_board(db: Database, cast: Cast, stages: Stages) -> None:
    theirs = stages_of(db, cast.outsider)["New"]
    with pytest.raises(NotFound):
        db.read(show_board, cast.owner, theirs.pipeline_id, LeadFilter(), limit=5)
    with pytest.raises(NotFound):
        db.read(
            show_column,
            cast.owner,
            stages["New"].pipeline_id,
            theirs.id,
            LeadFilter(),
            limit=5,
            cursor=None,
        )
    with pytest.raises(Invalid):
        db.read(
            show_column,
            cast.owner,
            stages["New"].pipeline_id,
            stages["New"].id,
            LeadFilter(),
            limit=5,
            cursor="nonsense",
        )
