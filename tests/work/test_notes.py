import pytest

from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.leads.lead import get_lead
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import Note, add_note, change_note, delete_note, list_notes, restore_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead


def note(db: Database, who: Actor, subject: str, subject_id: int, **given: object) -> Note:
    fields = {"subject": subject, "subject_id": subject_id, "text": "called back", **given}
    return db.write(add_note, who, parse_fields(NoteFields, fields))


def texts(db: Database, who: Actor, subject: str, subject_id: int) -> list[str]:
    return [each.text for each in db.read(list_notes, who, subject, subject_id, limit=25).rows]


def test_notes_and_calls_stand_on_the_timeline_of_their_subject(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead, client = add_lead(db, cast.owner), add_client(db, cast.owner)
    note(db, cast.owner, "client", client.id, text="likes tea")
    written = note(db, cast.colleague, "lead", lead.id, kind="call", direction="out", minutes=5)
    assert (written.author_name, written.happened_at) == ("Colleague", "2026-11-21T07:39:11.123Z")
    assert texts(db, cast.owner, "lead", lead.id) == ["called back"]
    assert texts(db, cast.owner, "client", client.id) == ["likes tea"]
    assert ledger_of(db, cast.owner, "lead", lead.id)[0] == {
        "action": "call.created",
        "before": None,
        "after": {
            "text": "called back",
            "direction": "out",
            "minutes": 5,
            "happened_at": "2026-11-21T07:39:11.123Z",
        },
    }


def test_a_note_keeps_its_lead_fresh_and_its_version(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead = add_lead(db, cast.owner)
    frozen_clock.advance(days=30)
    assert db.read(get_lead, cast.owner, lead.id).stale
    note(db, cast.owner, "lead", lead.id)
    after = db.read(get_lead, cast.owner, lead.id)
    assert (after.stale, after.version) == (False, 1)


def test_a_note_is_changed_deleted_and_taken_back(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    written = note(db, cast.owner, "lead", lead.id)
    changes = NoteChanges(text="called twice")
    assert db.write(change_note, cast.owner, written.id, changes).version == 2
    assert db.write(change_note, cast.owner, written.id, changes).version == 2
    with pytest.raises(Stale):
        db.write(delete_note, cast.owner, written.id, expected_version=1)
    db.write(delete_note, cast.owner, written.id)
    assert texts(db, cast.owner, "lead", lead.id) == []
    db.write(restore_note, cast.owner, written.id)
    assert texts(db, cast.owner, "lead", lead.id) == ["called twice"]
    actions = [entry["action"] for entry in ledger_of(db, cast.owner, "lead", lead.id)]
    assert actions == ["note.restored", "note.deleted", "note.changed", "note.created", "lead.created"]


def test_notes_hang_on_live_records_of_the_workspace_alone(db: Database, cast: Cast, stages: Stages) -> None:
    lead, gone = add_lead(db, cast.outsider), add_client(db, cast.owner)
    db.write(delete_client, cast.owner, gone.id)
    for subject, subject_id in (("lead", lead.id), ("client", gone.id), ("client", 99_999)):
        with pytest.raises(Invalid):
            note(db, cast.owner, subject, subject_id)
    with pytest.raises(NotFound):
        texts(db, cast.owner, "lead", lead.id)
    theirs = note(db, cast.outsider, "lead", lead.id)
    with pytest.raises(NotFound):
        db.write(change_note, cast.owner, theirs.id, NoteChanges(text="mine"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"kind": "dream"}, "kind"),
        ({"direction": "in"}, "direction"),
        ({"minutes": 5}, "minutes"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "2026-11-21T07:39:11"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
        ({"subject": "user"}, "subject"),
    ],
)
def test_what_is_no_note_is_refused_by_field(
    db: Database, cast: Cast, stages: Stages, given: dict[str, object], field: str
) -> None:
    lead = add_lead(db, cast.owner)
    with pytest.raises(Invalid) as refusal:
        note(db, cast.owner, **{"subject": "lead", "subject_id": lead.id, **given})  # type: ignore[arg-type]
    assert refusal.value.problems[0].field == field


@pytest.mark.parametrize("part", ["note", "task"])
def test_nothing_hangs_on_a_kind_that_does_not_say_so(db: Database, cast: Cast, part: str) -> None:
    with pytest.raises(Invalid) as refused:
        if part == "note":
            note(db, cast.owner, "pipeline", 1)
        else:
            fields = {"title": "call back", "subject": "pipeline", "subject_id": 1}
            db.write(create_task, cast.owner, parse_fields(TaskFields, fields))
    assert [(each.field, each.message) for each in refused.value.problems] == [
        ("subject", "must be client or lead or quote or product or vehicle or deal or invoice or campaign")
    ]
