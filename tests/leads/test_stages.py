from dataclasses import asdict
from typing import Any

import pytest

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.leads.lead import Lead, get_lead
from crm.leads.pipeline import Stage, find_stage, get_default_pipeline
from crm.leads.stage_fields import StageChanges, StageFields
from crm.leads.stages import change_stage, create_stage, delete_stage, restore_stage
from crm.leads.trash import delete_lead, restore_lead
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, cards_of, put_card, stages_of


def change(db: Database, who: Actor, stage: Stage, **given: Any) -> Stage:
    options = {name: given.pop(name) for name in ("expected_version", "move_to") if name in given}
    return db.write(change_stage, who, stage.id, parse_fields(StageChanges, given), **options)


def order_of(db: Database, who: Actor) -> list[str]:
    return [stage.name for stage in db.read(get_default_pipeline, who).stages]


def test_set_up_makes_a_pipeline_that_begins_and_ends(db: Database, cast: Cast, stages: Stages) -> None:
    kinds = {name: (stage.kind, stage.probability) for name, stage in stages.items()}
    assert kinds == {
        "New": ("open", 10),
        "Contacted": ("open", 25),
        "Proposal": ("open", 50),
        "Negotiation": ("open", 75),
        "Won": ("won", 100),
        "Lost": ("lost", 0),
    }
    assert [stage.position for stage in stages.values()] == list(range(6))


def test_a_new_stage_takes_the_asked_place(db: Database, cast: Cast, stages: Stages) -> None:
    pipeline_id = stages["New"].pipeline_id
    db.write(create_stage, cast.owner, pipeline_id, StageFields(name="Visit", position=1))
    db.write(create_stage, cast.owner, pipeline_id, StageFields(name="Later"))
    assert order_of(db, cast.owner) == [
        "New",
        "Visit",
        "Contacted",
        "Proposal",
        "Negotiation",
        "Won",
        "Lost",
        "Later",
    ]
    with pytest.raises(Conflict):
        db.write(create_stage, cast.owner, pipeline_id, StageFields(name="vISIT"))
    with pytest.raises(NotFound):
        db.write(create_stage, cast.outsider, pipeline_id, StageFields(name="Mine"))


def test_stages_change_places_without_touching_each_other(db: Database, cast: Cast, stages: Stages) -> None:
    change(db, cast.owner, stages["Negotiation"], position=0)
    change(db, cast.colleague, stages["New"], position=2)
    assert order_of(db, cast.owner)[:4] == ["Negotiation", "Contacted", "New", "Proposal"]
    versions = {name: stage.version for name, stage in stages_of(db, cast.owner).items()}
    assert versions == {"Negotiation": 2, "New": 2, "Contacted": 1, "Proposal": 1, "Won": 1, "Lost": 1}


def test_a_stage_s_probability_follows_its_kind(db: Database, cast: Cast, stages: Stages) -> None:
    with pytest.raises(Invalid):
        change(db, cast.owner, stages["Won"], probability=99)
    assert change(db, cast.owner, stages["Negotiation"], kind="lost").probability == 0
    assert change(db, cast.owner, stages["Negotiation"], kind="open").probability == 50


def test_the_kind_of_a_stage_with_leads_stays(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, stage_id=stages["Proposal"].id)
    with pytest.raises(Conflict):
        change(db, cast.owner, stages["Proposal"], kind="won")
    db.write(delete_lead, cast.owner, lead.id)
    with pytest.raises(Conflict):
        change(db, cast.owner, stages["Proposal"], kind="won")
    assert change(db, cast.owner, stages["Proposal"], name="Offer", stale_days=None).stale_days is None


@pytest.mark.parametrize("way", ["delete", "archive"])
def test_a_stage_with_leads_goes_only_when_they_move(
    db: Database, cast: Cast, stages: Stages, way: str
) -> None:
    for title in "abc":
        add_lead(db, cast.owner, title=title, stage_id=stages["Proposal"].id)
    add_lead(db, cast.owner, title="x")

    def go(move_to: int | None = None) -> None:
        if way == "delete":
            db.write(delete_stage, cast.owner, stages["Proposal"].id, move_to=move_to)
        else:
            change(db, cast.owner, stages["Proposal"], archived=True, move_to=move_to)

    with pytest.raises(Conflict) as refusal:
        go()
    assert refusal.value.extra == {"leads": 3}
    theirs = stages_of(db, cast.outsider)["New"].id
    for wrong in (stages["Proposal"].id, theirs, 999_999):
        with pytest.raises(Invalid):
            go(wrong)
    assert cards_of(db, cast.owner, stages["Proposal"]) == ["c", "b", "a"]
    go(stages["New"].id)
    assert cards_of(db, cast.owner, stages["New"]) == ["c", "b", "a", "x"]
    with pytest.raises(Invalid):
        add_lead(db, cast.owner, stage_id=stages["Proposal"].id)


def test_each_lead_of_a_stage_that_goes_has_its_own_entry(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, stage_id=stages["Proposal"].id)
    db.write(delete_stage, cast.owner, stages["Proposal"].id, move_to=stages["Won"].id)
    closed_at = db.read(get_lead, cast.owner, lead.id).closed_at
    assert ledger_of(db, cast.owner, "lead", lead.id)[0] == {
        "action": "lead.moved",
        "before": {"stage_id": stages["Proposal"].id, "status": "new", "closed_at": None},
        "after": {"stage_id": stages["Won"].id, "status": "won", "closed_at": closed_at},
    }
    assert closed_at is not None


@pytest.mark.parametrize("target", ["New", "Won", "Lost"])
def test_emptying_a_stage_leaves_each_lead_as_a_move_of_its_own_would(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock, target: str
) -> None:
    alone, among = (
        add_lead(db, cast.owner, stage_id=stages["Proposal"].id, status="waiting") for _ in range(2)
    )
    frozen_clock.advance(hours=1)
    put_card(db, cast.owner, alone.id, stages[target])
    db.write(delete_stage, cast.owner, stages["Proposal"].id, move_to=stages[target].id)

    def all_of(tx: Transaction, lead: Lead) -> dict[str, Any]:
        stays = tx.all(
            """
            SELECT stage_id, entered_at, left_at
              FROM stage_stays
             WHERE workspace_id = :workspace_id
               AND lead_id = :lead_id
             ORDER BY id
            """,
            lead_id=lead.id,
        )
        return {**asdict(get_lead(tx, lead.id)), "id": 0, "stays": stays}

    assert db.read(all_of, cast.owner, among) == db.read(all_of, cast.owner, alone)
    newest = [ledger_of(db, cast.owner, "lead", lead.id)[0] for lead in (alone, among)]
    assert newest[0] == newest[1]


def test_a_pipeline_keeps_one_open_stage(db: Database, cast: Cast, stages: Stages) -> None:
    for name in ("New", "Contacted", "Proposal"):
        db.write(delete_stage, cast.owner, stages[name].id)
    with pytest.raises(Conflict):
        db.write(delete_stage, cast.owner, stages["Negotiation"].id)
    with pytest.raises(Conflict):
        change(db, cast.owner, stages["Negotiation"], archived=True)
    with pytest.raises(Conflict):
        change(db, cast.owner, stages["Negotiation"], kind="won")


def test_a_deleted_stage_comes_back(db: Database, cast: Cast, stages: Stages) -> None:
    db.write(delete_stage, cast.owner, stages["Proposal"].id)
    with pytest.raises(NotFound):
        db.write(restore_stage, cast.outsider, stages["Proposal"].id)
    db.write(restore_stage, cast.owner, stages["Proposal"].id)
    assert order_of(db, cast.owner) == ["New", "Contacted", "Negotiation", "Won", "Lost", "Proposal"]
    with pytest.raises(NotFound):
        db.write(restore_stage, cast.owner, stages["Proposal"].id)


def test_a_stale_change_of_a_stage_is_refused(db: Database, cast: Cast, stages: Stages) -> None:
    change(db, cast.colleague, stages["New"], name="Fresh")
    with pytest.raises(Stale):
        change(db, cast.owner, stages["New"], name="Mine", expected_version=1)
    assert change(db, cast.owner, stages["New"], name="Fresh", expected_version=2).version == 2


def test_a_lead_whose_stage_is_gone_comes_back_to_the_first(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, stage_id=stages["Proposal"].id)
    db.write(delete_lead, cast.owner, lead.id)
    db.write(delete_stage, cast.owner, stages["Proposal"].id)
    restored = db.write(restore_lead, cast.owner, lead.id)
    assert (restored.stage_name, restored.deleted_at) == ("New", None)
    stage = db.read(find_stage, cast.owner, stages["Proposal"].id)
    assert stage is not None and stage.deleted_at is not None
    put_card(db, cast.owner, lead.id, stages["Won"])
