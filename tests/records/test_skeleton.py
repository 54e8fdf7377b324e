"""Every kind of record is missed, stale and taken out of the trash in the same words."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.accounts.saved_view import get_view
from crm.accounts.saved_views import restore_view
from crm.accounts.tokens import get_token
from crm.accounts.users import get_user
from crm.clients.client import CLIENT_RECORD, get_client
from crm.clients.trash import delete_client, restore_client
from crm.conversations.channels.channels import get_channel
from crm.conversations.templates.quick_replies import get_quick_reply, restore_quick_reply
from crm.conversations.templates.templates import get_template, restore_template
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.thread import get_message
from crm.db.database import Database
from crm.documents.quote_templates import get_quote_template, restore_quote_template
from crm.errors import Conflict, NotFound, Stale
from crm.fields import parse_fields
from crm.files.files import get_file, restore_file
from crm.leads.lead import LEAD_RECORD, get_lead
from crm.leads.pipeline import get_pipeline, get_stage
from crm.leads.pipelines import create_pipeline, delete_pipeline, restore_pipeline
from crm.leads.stage_fields import PipelineFields
from crm.leads.stages import restore_stage
from crm.leads.trash import delete_lead, restore_lead
from crm.records.skeleton import differing, refuse_stale
from crm.work.notes import get_note, restore_note
from crm.work.tasks import get_task, restore_task
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import Stages, add_lead

NOBODY = 987_654
GETS: dict[str, Callable[..., Any]] = {
    "client": get_client,
    "connected number": get_channel,
    "conversation": get_conversation,
    "file": get_file,
    "lead": get_lead,
    "message": get_message,
    "note": get_note,
    "pipeline": get_pipeline,
    "quick reply": get_quick_reply,
    "quote template": get_quote_template,
    "stage": get_stage,
    "task": get_task,
    "template": get_template,
    "token": get_token,
    "user": get_user,
    "view": get_view,
}
RESTORES: dict[str, Callable[..., Any]] = {
    "client": restore_client,
    "file": restore_file,
    "lead": restore_lead,
    "note": restore_note,
    "pipeline": restore_pipeline,
    "quick reply": restore_quick_reply,
    "quote template": restore_quote_template,
    "stage": restore_stage,
    "task": restore_task,
    "template": restore_template,
    "view": restore_view,
}


@pytest.mark.parametrize("noun", GETS)
def test_what_is_not_there_is_missed_in_one_sentence(db: Database, cast: Cast, noun: str) -> None:
    with pytest.raises(NotFound) as missed:
        db.read(GETS[noun], cast.owner, NOBODY)
    assert missed.value.message == f"There is no such {noun}."


@pytest.mark.parametrize("noun", RESTORES)
def test_what_was_not_deleted_is_not_in_the_trash(db: Database, cast: Cast, noun: str) -> None:
    with pytest.raises(NotFound) as missed:
        db.write(RESTORES[noun], cast.owner, NOBODY)
    assert missed.value.message == f"There is no such {noun} in the trash."


def test_a_live_record_is_not_restored_and_a_deleted_one_not_found(
    db: Database, cast: Cast, stages: Stages
) -> None:
    lead, client = add_lead(db, cast.owner), add_client(db, cast.owner)
    with pytest.raises(NotFound):
        db.write(restore_lead, cast.owner, lead.id)
    db.write(delete_lead, cast.owner, lead.id)
    db.write(delete_client, cast.owner, client.id)
    for get, record in ((get_lead, lead.id), (get_client, client.id)):
        with pytest.raises(NotFound):
            db.read(get, cast.owner, record)
    assert db.write(restore_lead, cast.owner, lead.id).version == lead.version + 2
    assert db.write(restore_client, cast.owner, client.id).version == client.version + 2


def test_a_stale_save_is_refused_with_the_record_as_it_is(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    with pytest.raises(Stale) as refused:
        refuse_stale(LEAD_RECORD, lead, lead.version + 1)
    assert refused.value.message == "The lead has changed since you read it."
    assert refused.value.extra["current"]["id"] == lead.id  # type: ignore[index]
    refuse_stale(LEAD_RECORD, lead, lead.version)
    refuse_stale(LEAD_RECORD, lead, None)


def test_tags_in_another_order_or_spelling_are_no_difference(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, tags=["VIP", "Bonn"], city="Bonn")
    assert differing(CLIENT_RECORD, client, {"tags": ["bonn", "vip"], "city": "Bonn"}) == {}
    assert differing(CLIENT_RECORD, client, {"tags": ["vip"], "city": "Köln"}) == {
        "tags": ["vip"],
        "city": "Köln",
    }


def test_a_name_is_free_again_once_its_record_is_deleted(db: Database, cast: Cast, stages: Stages) -> None:
    fields = parse_fields(PipelineFields, {"name": "Repairs"})
    first = db.write(create_pipeline, cast.owner, fields)
    with pytest.raises(Conflict) as refused:
        db.write(create_pipeline, cast.owner, parse_fields(PipelineFields, {"name": "REPAIRS"}))
    assert refused.value.message == "A pipeline with this name already exists."
    assert refused.value.extra["pipeline_id"] == first.id
    assert [each.field for each in refused.value.problems] == ["name"]
    db.write(delete_pipeline, cast.owner, first.id)
    second = db.write(create_pipeline, cast.owner, fields)
    with pytest.raises(Conflict):
        db.write(restore_pipeline, cast.owner, first.id)
    db.write(delete_pipeline, cast.owner, second.id)
    assert db.write(restore_pipeline, cast.owner, first.id).name == "Repairs"
