import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.leads.lead_types import (
    add_lead_type,
    list_lead_types,
    list_removed_types,
    remove_lead_type,
    restore_lead_type,
)
from crm.leads.pipeline import get_default_pipeline, list_pipelines
from crm.leads.pipelines import change_pipeline, create_pipeline, delete_pipeline, restore_pipeline
from crm.leads.stage_fields import PipelineChanges, PipelineFields, StageFields
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.leads import Stages, add_lead, cards_of


def test_a_pipeline_gets_the_usual_stages_or_its_own(db: Database, cast: Cast, stages: Stages) -> None:
    usual = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs"))
    assert [stage.name for stage in usual.stages] == list(stages)
    own = [StageFields(name="In", probability=5), StageFields(name="Out", kind="won")]
    mine = db.write(create_pipeline, cast.owner, PipelineFields(name="Rental", stages=own))
    assert [(stage.name, stage.probability) for stage in mine.stages] == [("In", 5), ("Out", 100)]
    assert [pipeline.name for pipeline in db.read(list_pipelines, cast.owner)] == [
        "Sales",
        "Repairs",
        "Rental",
    ]
    assert [pipeline.name for pipeline in db.read(list_pipelines, cast.outsider)] == ["Sales"]


def test_a_pipeline_that_cannot_be_is_refused(db: Database, cast: Cast, stages: Stages) -> None:
    twins = [StageFields(name="A"), StageFields(name="a")]
    endless = [StageFields(name="Won", kind="won")]
    for wrong in (twins, endless):
        with pytest.raises(Invalid):
            db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs", stages=wrong))
    with pytest.raises(Conflict):
        db.write(create_pipeline, cast.owner, PipelineFields(name="sALES"))
    assert len(db.read(list_pipelines, cast.owner)) == 1


def test_there_is_always_one_default(db: Database, cast: Cast, stages: Stages) -> None:
    sales = db.read(get_default_pipeline, cast.owner)
    repairs = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs"))
    with pytest.raises(Conflict):
        db.write(delete_pipeline, cast.owner, sales.id)
    with pytest.raises(Conflict):
        db.write(change_pipeline, cast.owner, sales.id, PipelineChanges(archived=True))
    db.write(change_pipeline, cast.owner, repairs.id, PipelineChanges(is_default=True))
    defaults = [pipeline.name for pipeline in db.read(list_pipelines, cast.owner) if pipeline.is_default]
    assert defaults == ["Repairs"]
    assert add_lead(db, cast.owner).pipeline_id == repairs.id
    assert ledger_of(db, cast.owner, "pipeline", sales.id)[0]["after"] == {"is_default": False}


@pytest.mark.parametrize("way", ["delete", "archive"])
def test_the_default_goes_when_the_pipeline_that_takes_its_leads_follows_it(
    db: Database, cast: Cast, stages: Stages, way: str
) -> None:
    sales = db.read(get_default_pipeline, cast.owner)
    lead = add_lead(db, cast.owner)
    target = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs")).stages[0]

    def go(move_to: int | None) -> None:
        if way == "delete":
            db.write(delete_pipeline, cast.owner, sales.id, move_to=move_to)
        else:
            db.write(change_pipeline, cast.owner, sales.id, PipelineChanges(archived=True), move_to=move_to)

    with pytest.raises(Conflict, match="1 lead is in this stage") as refusal:
        go(None)
    assert refusal.value.extra == {"leads": 1}
    go(target.id)
    assert cards_of(db, cast.owner, target) == [lead.title]
    assert db.read(get_default_pipeline, cast.owner).id == target.pipeline_id
    changes = [(entry["before"], entry["after"]) for entry in ledger_of(db, cast.owner, "pipeline", sales.id)]
    assert ({"is_default": True}, {"is_default": False}) in changes
    if way == "delete":
        assert not db.write(restore_pipeline, cast.owner, sales.id).is_default


@pytest.mark.parametrize("way", ["delete", "archive"])
def test_a_pipeline_with_leads_goes_only_when_they_move(
    db: Database, cast: Cast, stages: Stages, way: str
) -> None:
    repairs = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs"))
    leads = [add_lead(db, cast.owner, title=stage.name, stage_id=stage.id) for stage in repairs.stages[:3]]

    def go(move_to: int | None = None) -> None:
        if way == "delete":
            db.write(delete_pipeline, cast.owner, repairs.id, move_to=move_to)
        else:
            changes = PipelineChanges(archived=True)
            db.write(change_pipeline, cast.owner, repairs.id, changes, move_to=move_to)

    with pytest.raises(Conflict) as refusal:
        go()
    assert refusal.value.extra == {"leads": 3}
    with pytest.raises(Invalid):
        go(repairs.stages[3].id)
    go(stages["Proposal"].id)
    assert sorted(cards_of(db, cast.owner, stages["Proposal"])) == ["Contacted", "New", "Proposal"]
    assert ledger_of(db, cast.owner, "lead", leads[0].id)[0]["after"] == {
        "pipeline_id": stages["Proposal"].pipeline_id,
        "stage_id": stages["Proposal"].id,
        "status": "in_progress",
    }
    with pytest.raises(Invalid):
        add_lead(db, cast.owner, pipeline_id=repairs.id)
    with pytest.raises(Invalid):
        add_lead(db, cast.owner, stage_id=repairs.stages[0].id)


def test_a_deleted_pipeline_comes_back(db: Database, cast: Cast, stages: Stages) -> None:
    repairs = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs"))
    db.write(delete_pipeline, cast.owner, repairs.id)
    with pytest.raises(NotFound):
        db.write(restore_pipeline, cast.outsider, repairs.id)
    db.write(create_pipeline, cast.owner, PipelineFields(name="repairs"))
    with pytest.raises(Conflict):
        db.write(restore_pipeline, cast.owner, repairs.id)


def test_a_stale_change_of_a_pipeline_is_refused(db: Database, cast: Cast, stages: Stages) -> None:
    sales = db.read(get_default_pipeline, cast.owner)
    db.write(change_pipeline, cast.colleague, sales.id, PipelineChanges(name="Sale"))
    with pytest.raises(Stale):
        db.write(change_pipeline, cast.owner, sales.id, PipelineChanges(name="Mine"), expected_version=1)


def test_a_workspace_adds_types_of_its_own(db: Database, cast: Cast, stages: Stages) -> None:
    db.write(add_lead_type, cast.owner, "warranty")
    assert db.read(list_lead_types, cast.owner) == ["order", "inquiry", "support", "other", "warranty"]
    lead = add_lead(db, cast.owner, type="Warranty")
    assert lead.type == "warranty"
    with pytest.raises(Invalid):
        add_lead(db, cast.outsider, type="warranty")
    with pytest.raises(Conflict):
        db.write(add_lead_type, cast.owner, "warranty")
    with pytest.raises(Conflict):
        db.write(remove_lead_type, cast.owner, "warranty")
    db.write(add_lead_type, cast.owner, "rental")
    db.write(remove_lead_type, cast.owner, "rental")
    assert "rental" not in db.read(list_lead_types, cast.owner)


def test_a_removed_type_stays_and_comes_back(db: Database, cast: Cast, stages: Stages) -> None:
    db.write(add_lead_type, cast.owner, "rental")
    db.write(remove_lead_type, cast.owner, "rental")
    assert db.read(list_removed_types, cast.owner) == ["rental"]
    with pytest.raises(Invalid):
        add_lead(db, cast.owner, type="rental")
    with pytest.raises(NotFound):
        db.write(restore_lead_type, cast.outsider, "rental")
    with pytest.raises(NotFound):
        db.write(remove_lead_type, cast.owner, "rental")
    assert db.write(restore_lead_type, cast.owner, "rental") == "rental"
    with pytest.raises(NotFound):
        db.write(restore_lead_type, cast.owner, "rental")
    assert add_lead(db, cast.owner, type="rental").type == "rental"
    assert db.read(list_removed_types, cast.owner) == []


def test_a_type_of_a_removed_one_s_name_is_that_one(db: Database, cast: Cast, stages: Stages) -> None:
    db.write(add_lead_type, cast.owner, "rental")
    db.write(remove_lead_type, cast.owner, "rental")
    assert db.write(add_lead_type, cast.owner, "rental") == "rental"
    assert db.read(list_lead_types, cast.owner)[-1] == "rental"
    verbs = [entry.action for entry in db.read(list_activities, cast.owner, ActivityFilter(), limit=3).rows]
    assert verbs == ["lead_type.restored", "lead_type.deleted", "lead_type.created"]
