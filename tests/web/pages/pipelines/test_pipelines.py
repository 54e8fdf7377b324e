import html
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.leads.pipeline import Pipeline, deleted_stages, find_pipeline, get_stage
from crm.leads.pipelines import create_pipeline
from crm.leads.stage_fields import PipelineFields
from tests.support.cast import Cast
from tests.support.leads import add_lead, cards_of, furnish, stages_of

EDITOR = "/settings/pipelines"
STAGE = {"name": "Talks", "colour": "#3b82c4", "kind": "open", "probability": "40", "stale_days": "9"}


@pytest.fixture(autouse=True)
def sales(db: Database, cast: Cast) -> Pipeline:
    """The default pipeline of the owner's workspace; the outsider's has one too."""
    furnish(db, cast.outsider)
    return furnish(db, cast.owner)


def said(client: FlaskClient, answer: Any) -> str:
    """The page that a form's answer leads to, with what it says in passing."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return html.unescape(client.get(answer.location).get_data(as_text=True))


def test_the_plain_address_leads_to_the_editor(owner: FlaskClient) -> None:
    answer = owner.get("/pipelines")
    assert (answer.status_code, answer.location) == (302, EDITOR)
    assert "Pipelines" in owner.get(EDITOR).get_data(as_text=True)


@pytest.mark.parametrize("action", ["archive", "delete"])
def test_a_stage_with_leads_is_kept_until_another_takes_them(
    owner: FlaskClient, db: Database, cast: Cast, action: str
) -> None:
    stages = stages_of(db, cast.owner)
    for title in "ab":
        add_lead(db, cast.owner, title=title, stage_id=stages["Proposal"].id)
    address = f"{EDITOR}/stages/{stages['Proposal'].id}/{action}"

    assert "2 leads are in this stage" in said(owner, owner.post(address))
    assert stages_of(db, cast.owner) == stages
    assert "Move 2 leads to…" in owner.get(EDITOR).get_data(as_text=True)

    assert "Proposal was" in said(owner, owner.post(address, data={"move_to": str(stages["Contacted"].id)}))
    assert sorted(cards_of(db, cast.owner, stages["Contacted"])) == ["a", "b"]
    gone = stages_of(db, cast.owner).get("Proposal")
    assert gone is None or gone.archived_at is not None


def test_an_archived_stage_is_used_again(owner: FlaskClient, db: Database, cast: Cast) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    address = f"{EDITOR}/stages/{stage.id}/archive"
    assert "Proposal was archived." in said(owner, owner.post(address))
    assert "Unarchive the stage" in owner.get(EDITOR).get_data(as_text=True)
    assert "Proposal was unarchived." in said(owner, owner.post(address, data={"archived": "0"}))
    assert db.read(get_stage, cast.owner, stage.id).archived_at is None


def test_a_deleted_stage_is_offered_back(owner: FlaskClient, db: Database, cast: Cast) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    owner.post(f"{EDITOR}/stages/{stage.id}/delete")
    restore = f"{EDITOR}/stages/{stage.id}/restore"
    assert f'action="{restore}"' in owner.get(EDITOR).get_data(as_text=True)
    assert "Proposal was restored." in said(
        owner, owner.post(restore, data={"pipeline_id": str(stage.pipeline_id)})
    )
    assert list(stages_of(db, cast.owner))[-1] == "Proposal"
    assert db.read(deleted_stages, cast.owner, stage.pipeline_id) == []


def test_a_pipeline_is_archived_used_again_deleted_and_restored(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    repairs = db.write(create_pipeline, cast.owner, PipelineFields(name="Repairs"))
    lead = add_lead(db, cast.owner, title="roof", stage_id=repairs.stages[0].id)
    address = f"{EDITOR}/{repairs.id}"
    target = stages_of(db, cast.owner)["New"]

    assert "1 lead is in this stage" in said(owner, owner.post(f"{address}/archive"))
    moved = {"move_to": str(target.id)}
    assert "Repairs was archived." in said(owner, owner.post(f"{address}/archive", data=moved))
    assert cards_of(db, cast.owner, target) == [lead.title]
    assert "Unarchive the pipeline" in owner.get(f"{EDITOR}?pipeline_id={repairs.id}").get_data(as_text=True)
    assert "Repairs was unarchived." in said(owner, owner.post(f"{address}/archive", data={"archived": "0"}))
    assert "Repairs was deleted." in said(owner, owner.post(f"{address}/delete"))
    assert f'action="{address}/restore"' in owner.get(EDITOR).get_data(as_text=True)
    assert "Repairs was restored." in said(owner, owner.post(f"{address}/restore"))
    restored = db.read(find_pipeline, cast.owner, repairs.id)
    assert restored is not None
    assert restored.deleted_at is None


def test_the_default_pipeline_stays(owner: FlaskClient, db: Database, cast: Cast, sales: Pipeline) -> None:
    for action in ("archive", "delete"):
        assert "default pipeline" in said(owner, owner.post(f"{EDITOR}/{sales.id}/{action}"))
    assert db.read(find_pipeline, cast.owner, sales.id) == sales


def test_a_stale_stage_tells_what_stands_and_what_was_written(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    address = f"{EDITOR}/stages/{stage.id}"
    said(owner, owner.post(address, data={**STAGE, "version": "1"}))
    answer = owner.post(address, data={**STAGE, "name": "Offer", "version": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 412 and 'value="Offer"' in page and 'value="Talks"' in page
    assert db.read(get_stage, cast.owner, stage.id).name == "Talks"


@pytest.mark.parametrize(
    ("given", "label"),
    [({"name": ""}, "Name"), ({"colour": "red"}, "Colour"), ({"probability": "140"}, "Probability"),
     ({"stale_days": "soon"}, "Inactive after days")],
)  # fmt: skip
def test_what_a_stage_cannot_be_is_named(
    owner: FlaskClient, db: Database, cast: Cast, given: dict[str, str], label: str
) -> None:
    before = stages_of(db, cast.owner)
    pipeline_id = before["New"].pipeline_id
    page = said(owner, owner.post(f"{EDITOR}/{pipeline_id}/stages", data={**STAGE, **given}))
    assert f"{label}: " in page
    assert stages_of(db, cast.owner) == before


def test_hostile_names_are_shown_as_text(owner: FlaskClient, sales: Pipeline) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    owner.post(f"{EDITOR}/{sales.id}", data={"name": hostile, "version": str(sales.version)})
    owner.post(f"{EDITOR}/{sales.id}/stages", data={**STAGE, "name": "<script>alert(1)</script>"})
    owner.post(f"{EDITOR}/types", data={"name": "<b>x", "pipeline_id": str(sales.id)})
    for address in (EDITOR, "/board", "/leads", "/leads/new", "/reports"):
        page = owner.get(address).get_data(as_text=True)
        assert "<img src=x" not in page, address
        assert "<script>alert" not in page, address
        assert "<b>x" not in page, address


def test_another_workspace_s_stages_and_pipelines_are_not_there(
    outsider: FlaskClient, db: Database, cast: Cast, sales: Pipeline
) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    data = {**STAGE, "version": "1", "position": "0", "pipeline_id": str(sales.id)}
    assert outsider.get(f"{EDITOR}?pipeline_id={sales.id}").status_code == 404
    for action in ("", "/position", "/archive", "/delete", "/restore"):
        assert outsider.post(f"{EDITOR}/stages/{stage.id}{action}", data=data).status_code == 404, action
    for action in ("", "/archive", "/delete", "/restore", "/stages"):
        assert outsider.post(f"{EDITOR}/{sales.id}{action}", data=data).status_code == 404, action
    assert db.read(find_pipeline, cast.owner, sales.id) == sales


def test_a_viewer_reads_the_editor_and_changes_nothing(
    viewer: FlaskClient, db: Database, cast: Cast, sales: Pipeline
) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    main = viewer.get(EDITOR).get_data(as_text=True).split("<main", 1)[1]
    assert "/delete" not in main
    for address in (f"{EDITOR}/stages/{stage.id}", f"{EDITOR}/stages/{stage.id}/archive", EDITOR):
        assert viewer.post(address, data={**STAGE, "version": "1"}).status_code == 403
    assert db.read(find_pipeline, cast.owner, sales.id) == sales
