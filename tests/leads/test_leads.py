from typing import Any

import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Invalid, NotFound, Stale
from crm.leads.lead import get_lead
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, cards_of, patch_lead


def ledger_of(db: Database, who: Actor, subject: str, subject_id: int) -> list[dict[str, Any]]:
    """What the ledger tells of a record, newest first."""
    wanted = ActivityFilter(subject=subject, subject_id=subject_id)
    page = db.read(list_activities, who, wanted, limit=200)
    return [{"action": row.action, "before": row.before, "after": row.after} for row in page.rows]


def invalid_field(db: Database, who: Actor, **given: object) -> str:
    with pytest.raises(Invalid) as refusal:
        add_lead(db, who, **given)
    return refusal.value.problems[0].field


def test_a_new_lead_needs_only_a_title(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, title="  ремонт офиса ")
    assert (lead.title, lead.value, lead.currency, lead.type) == ("ремонт офиса", 0, "USD", "inquiry")
    assert (lead.stage_id, lead.stage_name, lead.status) == (stages["New"].id, "New", "new")
    absent = (lead.client_id, lead.owner_id, lead.expected_close, lead.lost_reason, lead.closed_at)
    assert absent == (None,) * 5
    assert db.read(get_lead, cast.owner, lead.id) == lead


def test_the_ledger_tells_what_was_given(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=150000, currency="rub", tags=["VIP"], expected_close="2026-12-24")
    assert ledger_of(db, cast.owner, "lead", lead.id) == [
        {
            "action": "lead.created",
            "before": None,
            "after": {
                "title": "ремонт офиса",
                "value": 150000,
                "currency": "RUB",
                "pipeline_id": stages["New"].pipeline_id,
                "stage_id": stages["New"].id,
                "expected_close": "2026-12-24",
                "type": "inquiry",
                "status": "new",
                "tags": ["VIP"],
            },
        }
    ]


@pytest.mark.parametrize("value", [0, 0.01, 0.1, 1.1, 150000, 19.99, 1234567.89, 9999999999999.99])
def test_money_comes_back_to_the_cent(db: Database, cast: Cast, stages: Stages, value: float) -> None:
    assert add_lead(db, cast.owner, value=str(value)).value == value


def test_another_workspace_s_lead_is_not_there(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    with pytest.raises(NotFound):
        db.read(get_lead, cast.outsider, lead.id)
    with pytest.raises(NotFound):
        patch_lead(db, cast.outsider, lead.id, {"title": "Mine"})
    assert db.read(get_lead, cast.owner, lead.id).title == "ремонт офиса"


def test_what_a_lead_names_must_be_of_its_workspace(db: Database, cast: Cast, stages: Stages) -> None:
    foreign = add_client(db, cast.outsider)
    gone = add_client(db, cast.owner)
    db.write(delete_client, cast.owner, gone.id)
    theirs = add_lead(db, cast.outsider)
    assert invalid_field(db, cast.owner, client_id=foreign.id) == "client_id"
    assert invalid_field(db, cast.owner, client_id=gone.id) == "client_id"
    assert invalid_field(db, cast.owner, owner_id=cast.outsider.user_id) == "owner_id"
    assert invalid_field(db, cast.owner, stage_id=theirs.stage_id) == "stage_id"
    assert invalid_field(db, cast.owner, pipeline_id=theirs.pipeline_id) == "pipeline_id"
    assert invalid_field(db, cast.owner, type="dream") == "type"
    assert cards_of(db, cast.owner, stages["New"]) == []


def test_won_and_lost_come_from_the_stage(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead = add_lead(db, cast.owner)
    for status in ("won", "lost"):
        with pytest.raises(Invalid):
            patch_lead(db, cast.owner, lead.id, {"status": status})
    now = frozen_clock.advance(hours=1)
    won = patch_lead(db, cast.owner, lead.id, {"stage_id": stages["Won"].id})
    assert (won.status, won.closed_at, won.stage_since) == ("won", now, now)
    lost = patch_lead(db, cast.owner, lead.id, {"stage_id": stages["Lost"].id, "lost_reason": "price"})
    assert (lost.status, lost.lost_reason) == ("lost", "price")
    again = patch_lead(db, cast.owner, lead.id, {"stage_id": stages["Proposal"].id})
    assert (again.status, again.lost_reason, again.closed_at) == ("in_progress", None, None)
    with pytest.raises(Invalid):
        patch_lead(db, cast.owner, lead.id, {"lost_reason": "price"})


def test_changes_touch_only_what_is_given(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead = add_lead(db, cast.owner, value=5, tags=["a", "b"], source="fair")
    now = frozen_clock.advance(minutes=5)
    new = patch_lead(db, cast.owner, lead.id, {"title": "ремонт дома", "tags": ["b"]})
    assert (new.title, new.tags, new.value, new.source) == ("ремонт дома", ["b"], 5, "fair")
    assert (new.version, new.updated_at, new.created_at) == (2, now, lead.created_at)
    assert ledger_of(db, cast.owner, "lead", lead.id)[0] == {
        "action": "lead.changed",
        "before": {"title": "ремонт офиса", "tags": ["a", "b"]},
        "after": {"title": "ремонт дома", "tags": ["b"]},
    }


def test_what_changes_nothing_writes_nothing(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=19.99, tags=["a"])
    same = {"title": lead.title, "value": 19.99, "tags": ["A"], "stage_id": lead.stage_id}
    assert patch_lead(db, cast.owner, lead.id, same) == lead
    assert len(ledger_of(db, cast.owner, "lead", lead.id)) == 1


def test_a_stale_change_is_refused_with_the_lead_as_it_is(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    patch_lead(db, cast.colleague, lead.id, {"title": "theirs"})
    with pytest.raises(Stale) as refusal:
        patch_lead(db, cast.owner, lead.id, {"title": "mine"}, expected_version=lead.version)
    assert refusal.value.extra["current"]["title"] == "theirs"  # type: ignore[index]


def test_a_lead_untouched_for_its_stage_s_days_is_stale(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead = add_lead(db, cast.owner)
    frozen_clock.advance(days=7)
    assert not db.read(get_lead, cast.owner, lead.id).stale
    frozen_clock.advance(days=1)
    assert db.read(get_lead, cast.owner, lead.id).stale
    assert not patch_lead(db, cast.owner, lead.id, {"value": 1}).stale
