from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads, list_leads, suggest_leads
from crm.leads.trash import delete_lead, restore_lead
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.explaining import plans_of
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, patch_lead

SORTS = sorted(name for name, sort in LEAD_SORTS.items() if not sort.of_trash)


def titles(db: Database, who: Actor, sort: str | None = None, **wanted: Any) -> list[str]:
    page = db.read(list_leads, who, LeadFilter(**wanted), sort=sort, limit=100)
    return [lead.title for lead in page.rows]


def walk(db: Database, who: Actor, sort: str, limit: int, **wanted: Any) -> list[int]:
    """The ids of all pages, which must be fewer than 100, and the same pages on the way back."""
    pages: list[list[int]] = []
    cursor = None
    for _ in range(100):
        page = db.read(list_leads, who, LeadFilter(**wanted), sort=sort, limit=limit, cursor=cursor)
        pages.append([lead.id for lead in page.rows])
        cursor = page.next
        if cursor is None:
            break
    for before in reversed(pages[:-1]):
        cursor = page.previous
        page = db.read(list_leads, who, LeadFilter(**wanted), sort=sort, limit=limit, cursor=cursor)
        assert [lead.id for lead in page.rows] == before
    assert (page.next is None, page.previous) == (len(pages) == 1, None)
    return [lead_id for page_ids in pages for lead_id in page_ids]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_pages_meet_each_row_once_in_every_order(
    db: Database, cast: Cast, stages: Stages, sort: str, frozen_clock: FrozenClock
) -> None:
    ids = []
    for number, title in enumerate(["Zoë", "anna", "Ремонт", "Åsa", "Öz", "王小明", "Bob", "anna"]):
        close = None if number % 3 else f"2026-12-0{1 + number % 2}"
        given = {"value": number % 3, "expected_close": close, "tags": ["t"]}
        ids.append(add_lead(db, cast.owner, title=title, **given).id)
        frozen_clock.advance(minutes=number % 2)
    add_lead(db, cast.outsider, tags=["t"])
    for wanted in (
        {},
        {"tag": "t"},
        {"status": "open"},
        {"value_to": Decimal(9)},
        {"status": "open", "tag": "t"},
    ):
        seen = walk(db, cast.owner, sort, 3, **wanted)
        assert sorted(seen) == ids
        assert seen == walk(db, cast.owner, sort, 200, **wanted)


def test_a_lead_is_found_by_its_client_s_name_in_any_script_and_after_each_change(
    db: Database, cast: Cast, stages: Stages
) -> None:
    client = add_client(db, cast.owner, name="Małgorzata Wiśniewska")
    other = add_client(db, cast.owner, name="Ольга Петрова")
    lead = add_lead(db, cast.owner, title="Küche", client_id=client.id)
    add_lead(db, cast.outsider, title="Küche")
    assert titles(db, cast.owner, q="MALGORZATA") == ["Küche"]
    assert titles(db, cast.owner, q="kuche wisn") == ["Küche"]
    assert titles(db, cast.owner, q="петрова") == []

    patch_lead(db, cast.owner, lead.id, {"client_id": other.id})
    assert titles(db, cast.owner, q="петрова") == ["Küche"]
    assert titles(db, cast.owner, q="wisniewska") == []

    patch_client(db, cast.owner, other.id, {"name": "Ольга Сидорова"})
    assert titles(db, cast.owner, q="сидорова") == ["Küche"]
    assert titles(db, cast.owner, q="петрова") == []

    db.write(delete_lead, cast.owner, lead.id)
    patch_client(db, cast.owner, other.id, {"name": "王小明"})
    db.write(restore_lead, cast.owner, lead.id)
    assert titles(db, cast.owner, q="小明") == ["Küche"]


def test_what_is_being_typed_suggests_open_leads_first(db: Database, cast: Cast, stages: Stages) -> None:
    for number in range(3):
        add_lead(db, cast.owner, title=f"kitchen {number}")
    add_lead(db, cast.owner, title="kitchen won", stage_id=stages["Won"].id)
    found = db.read(suggest_leads, cast.owner, "kit", limit=4)
    assert [lead.title for lead in found] == ["kitchen 2", "kitchen 1", "kitchen 0", "kitchen won"]
    assert len(db.read(suggest_leads, cast.owner, "kit", limit=2)) == 2


def test_filters_narrow_together(db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock) -> None:
    client = add_client(db, cast.owner)
    add_lead(db, cast.owner, title="старый", value=10)
    frozen_clock.advance(days=20)
    add_lead(db, cast.owner, title="ремонт офиса", value=150000, client_id=client.id, tags=["VIP"])
    add_lead(db, cast.owner, title="кухня", owner_id=cast.owner.user_id, stage_id=stages["Won"].id)
    assert titles(db, cast.owner, q="РЕМО") == ["ремонт офиса"]
    assert titles(db, cast.owner, client_id=client.id) == ["ремонт офиса"]
    assert titles(db, cast.owner, tag="vip") == ["ремонт офиса"]
    assert titles(db, cast.owner, owner_id=0) == ["ремонт офиса", "старый"]
    assert titles(db, cast.owner, owner_id=cast.owner.user_id) == ["кухня"]
    assert titles(db, cast.owner, status="open") == ["ремонт офиса", "старый"]
    assert titles(db, cast.owner, status="won") == ["кухня"]
    assert titles(db, cast.owner, stage_id=stages["Won"].id) == ["кухня"]
    assert titles(db, cast.owner, stale=True) == ["старый"]
    assert titles(db, cast.owner, stale=False) == ["кухня", "ремонт офиса"]
    assert titles(db, cast.owner, value_from=Decimal("10"), value_to=Decimal("10")) == ["старый"]
    assert titles(db, cast.owner, q="ремонт", stale=True) == []
    assert titles(db, cast.outsider) == []
    assert db.read(count_leads, cast.owner, LeadFilter(status="open")).total == 2


def test_a_changed_title_is_found_by_its_new_words(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    patch_lead(db, cast.owner, lead.id, {"title": "Küche"})
    assert titles(db, cast.owner, q="kuche") == ["Küche"]
    assert titles(db, cast.owner, q="офис") == []
    db.write(delete_lead, cast.owner, lead.id)
    assert titles(db, cast.owner, q="kuche") == []
    assert titles(db, cast.owner, deleted=True, q="kuche") == ["Küche"]


@pytest.mark.parametrize("sort", ["rank", "deleted_at", "-", "--title"])
def test_an_order_that_there_is_not_is_refused(db: Database, cast: Cast, stages: Stages, sort: str) -> None:
    with pytest.raises(Invalid):
        titles(db, cast.owner, sort)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_walked_along_an_index(db: Database, cast: Cast, stages: Stages, sort: str) -> None:
    """What is sorted is at most the page itself."""
    plans = db.read(plans_of, cast.owner, list_leads, LeadFilter(), sort=f"-{sort}", limit=25)
    assert plans
    for plan in plans:
        assert "TEMP B-TREE FOR ORDER BY" not in plan or "SCAN page" in plan.splitlines()


@pytest.mark.parametrize("name", ["won_from", "closed_to", "created_from", "created_to", "updated_from"])
def test_few_leads_of_some_days_are_found_along_an_index(
    db: Database, cast: Cast, stages: Stages, name: str
) -> None:
    index = {"won": "closing", "closed": "closing", "created": "creation", "updated": "update"}
    wanted = f"leads_by_{index[name.partition('_')[0]]}"
    assert wanted in plan_of(db, cast.owner, "owner", **{name: date(2026, 11, 1)})


def plan_of(db: Database, who: Actor, sort: str, **wanted: Any) -> str:
    """Of all statements that read a page."""
    plans = db.read(plans_of, who, list_leads, LeadFilter(**wanted), sort=f"-{sort}", limit=25)
    return "\n".join(plans)


def test_days_are_those_of_the_reader_and_bounds_are_inclusive(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    """The clock stands at a moment that is another day in Auckland than in Honolulu."""
    frozen_clock.set(datetime(2026, 10, 1, 10, 30, tzinfo=UTC))
    lead = add_lead(db, cast.owner, title="won", value=12_000, stage_id=stages["Won"].id)
    add_lead(db, cast.owner, title="lost", value=12_000, stage_id=stages["Lost"].id)
    add_lead(db, cast.owner, title="open", value=12_000)
    for zone, day, other in (
        ("Pacific/Honolulu", date(2026, 10, 1), date(2026, 10, 2)),
        ("Pacific/Auckland", date(2026, 10, 1), date(2026, 9, 30)),
        ("Pacific/Kiritimati", date(2026, 10, 2), date(2026, 10, 1)),
    ):
        db.write(set_zone, cast.owner, zone)
        assert titles(db, cast.owner, won_from=day, won_to=day, value_from=Decimal(10_000)) == ["won"], zone
        assert titles(db, cast.owner, won_from=other, won_to=other) == [], zone
        assert titles(db, cast.owner, closed_from=day, closed_to=day) == ["lost", "won"], zone
        assert titles(db, cast.owner, created_from=day) == ["open", "lost", "won"]
        assert titles(db, cast.owner, updated_to=day) == ["open", "lost", "won"]
        assert lead.id in walk(db, cast.owner, "closed_at", 2, created_to=day)


def set_zone(tx: Transaction, zone: str) -> None:
    tx.run(
        """
        UPDATE users
           SET timezone = :zone
         WHERE workspace_id = :workspace_id
           AND id = :actor_id
        """,
        zone=zone,
    )


def test_a_lead_without_an_expected_close_is_within_no_days(db: Database, cast: Cast, stages: Stages) -> None:
    add_lead(db, cast.owner, title="some day")
    add_lead(db, cast.owner, title="soon", expected_close="2026-12-24")
    assert titles(db, cast.owner, closes_from=date(2026, 12, 24)) == ["soon"]
    assert titles(db, cast.owner, closes_to=date(2026, 12, 24)) == ["soon"]
    assert titles(db, cast.owner, closes_to=date(9999, 12, 30)) == ["soon"]


def test_columns_sort_by_what_people_read_in_them(db: Database, cast: Cast, stages: Stages) -> None:
    anna, zoe = add_client(db, cast.owner, name="Ånna"), add_client(db, cast.owner, name="zoë")
    add_lead(db, cast.owner, title="1", client_id=zoe.id, tags=["b", "z"], source="Web", type="support")
    add_lead(db, cast.owner, title="2", client_id=anna.id, tags=["c"], stage_id=stages["Won"].id)
    add_lead(db, cast.owner, title="3", owner_id=cast.owner.user_id, source="fair", type="inquiry")
    for sort, first in {"client": "3", "-client": "1", "-tags": "2", "-stage": "2", "-owner": "3",
                        "-source": "1", "-type": "1", "-closed_at": "2", "-status": "2"}.items():  # fmt: skip
        assert titles(db, cast.owner, sort)[0] == first, sort
