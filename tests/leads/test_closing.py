"""A lead is won, lost and taken up again by what people want, whatever its pipeline calls the stages."""

from typing import Any

import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.leads.closing import choose_stage, lose_lead, reopen_lead, win_lead
from crm.leads.pipelines import create_pipeline
from crm.leads.stage_fields import PipelineFields
from crm.leads.stages import delete_stage
from tests.support.cast import Cast
from tests.support.leads import Stages, add_lead, put_card


def actions(db: Database, who: Actor, lead_id: int) -> list[str]:
    wanted = ActivityFilter(subject="lead", subject_id=lead_id)
    return [each.action for each in db.read(list_activities, who, wanted, limit=25).rows]


def test_a_won_lead_is_in_its_pipeline_s_won_stage_and_stays_there(
    db: Database, cast: Cast, stages: Stages
) -> None:
    lead = add_lead(db, cast.owner)
    won = db.write(win_lead, cast.owner, lead.id, expected_version=lead.version)
    assert (won.stage_name, won.status, won.closed_at is not None) == ("Won", "won", True)
    assert db.write(win_lead, cast.owner, lead.id) == won
    assert actions(db, cast.owner, lead.id) == ["lead.moved", "lead.created"]


def test_a_lost_lead_keeps_why_and_may_get_the_reason_later(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    lost = db.write(lose_lead, cast.owner, lead.id)
    assert (lost.stage_name, lost.status, lost.lost_reason) == ("Lost", "lost", None)
    reasoned = db.write(lose_lead, cast.owner, lead.id, "too dear")
    assert (reasoned.lost_reason, reasoned.closed_at) == ("too dear", lost.closed_at)
    assert db.write(lose_lead, cast.owner, lead.id).lost_reason == "too dear"


def test_a_reopened_lead_is_where_it_last_stood_open(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    put_card(db, cast.owner, lead.id, stages["Proposal"])
    db.write(win_lead, cast.owner, lead.id)
    db.write(lose_lead, cast.owner, lead.id, "changed their mind")
    again = db.write(reopen_lead, cast.owner, lead.id)
    assert (again.stage_name, again.status, again.closed_at) == ("Proposal", "in_progress", None)
    assert again.lost_reason is None
    assert db.write(reopen_lead, cast.owner, lead.id) == again


def test_a_lead_whose_stage_is_gone_begins_at_the_first_open_one(
    db: Database, cast: Cast, stages: Stages
) -> None:
    lead = add_lead(db, cast.owner)
    put_card(db, cast.owner, lead.id, stages["Proposal"])
    db.write(win_lead, cast.owner, lead.id)
    db.write(delete_stage, cast.owner, stages["Proposal"].id)
    assert db.write(reopen_lead, cast.owner, lead.id).stage_name == "New"


def test_a_pipeline_without_such_a_stage_refuses(db: Database, cast: Cast, stages: Stages) -> None:
    fields = parse_fields(PipelineFields, {"name": "Repairs", "stages": [{"name": "Open"}]})
    pipeline = db.write(create_pipeline, cast.owner, fields)
    lead = add_lead(db, cast.owner, pipeline_id=pipeline.id)
    for operation in (win_lead, lose_lead):
        with pytest.raises(Conflict):
            db.write(operation, cast.owner, lead.id)
    assert actions(db, cast.owner, lead.id) == ["lead.created"]


@pytest.mark.parametrize("operation", [win_lead, lose_lead, reopen_lead])
def test_a_stale_or_foreign_lead_is_refused(db: Database, cast: Cast, stages: Stages, operation: Any) -> None:
    lead = add_lead(db, cast.owner)
    with pytest.raises(Stale):
        db.write(operation, cast.owner, lead.id, expected_version=lead.version + 1)
    with pytest.raises(NotFound):
        db.write(operation, cast.outsider, lead.id)


def test_a_reason_that_is_too_long_is_refused_by_its_field(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    with pytest.raises(Invalid) as refused:
        db.write(lose_lead, cast.owner, lead.id, "x" * 101)
    assert [each.field for each in refused.value.problems] == ["lost_reason"]


def test_choosing_a_stage_wins_loses_reopens_or_moves_by_what_the_stage_means(
    db: Database, cast: Cast, stages: Stages
) -> None:
    lead = add_lead(db, cast.owner)
    won = db.write(choose_stage, cast.owner, lead.id, stages["Won"].id, expected_version=lead.version)
    assert (won.status, won.stage_name) == ("won", "Won")
    lost = db.write(choose_stage, cast.owner, lead.id, stages["Lost"].id, "too dear")
    assert (lost.status, lost.lost_reason) == ("lost", "too dear")
    again = db.write(choose_stage, cast.owner, lead.id, stages["Proposal"].id)
    assert (again.stage_kind, again.stage_name, again.lost_reason) == ("open", "Proposal", None)
    moved = db.write(choose_stage, cast.owner, lead.id, stages["New"].id)
    assert moved.stage_name == "New" and moved.version == again.version + 1
    with pytest.raises(Stale):
        db.write(choose_stage, cast.owner, lead.id, stages["Won"].id, expected_version=1)
    for odd in (None, 10**6):
        with pytest.raises(Invalid):
            db.write(choose_stage, cast.owner, lead.id, odd)
