"""Who may not see or change leads does not, and hostile words are shown as text."""

import re

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.lead_pages import WHOLE, entries
from tests.support.leads import add_lead, stages_of
from tests.support.page_answers import HTMX, text_of

pytestmark = pytest.mark.usefixtures("furnished")


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
READ = (
    "/board", "/leads", "/leads/trash", "/leads/{id}", "/leads/{id}/timeline", "/leads/{id}/tasks",
    "/my-day", "/tasks", "/reports",
)  # fmt: skip
WRITTEN = (
    "/leads/new", "/leads/{id}/edit", "/leads/{id}/stage", "/leads/{id}/delete", "/leads/{id}/restore",
    "/leads/bulk", "/leads/bulk/all", "/board/leads", "/board/leads/{id}/move", "/timeline/notes",
    "/timeline/notes/{note}", "/timeline/notes/{note}/delete", "/timeline/notes/{note}/restore",
    "/timeline/tasks", "/tasks/{task}/done", "/tasks/{task}/edit", "/tasks/{task}/delete",
    "/tasks/{task}/restore",
)  # fmt: skip


@pytest.fixture
def ids(db: Database, cast: Cast, lead: Lead) -> dict[str, int]:
    """Of the lead, and of a note and a task on its timeline."""
    on = {"subject": "lead", "subject_id": lead.id}
    note = db.write(add_note, cast.owner, parse_fields(NoteFields, {**on, "text": "Wants oak"}))
    task = db.write(create_task, cast.owner, parse_fields(TaskFields, {**on, "title": "Call back"}))
    return {"id": lead.id, "note": note.id, "task": task.id}


def test_hostile_words_are_shown_as_text_wherever_a_lead_is_shown(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name=HOSTILE)
    given = {"client_id": client.id, "source": HOSTILE[:60], "details": HOSTILE, "tags": ["<b>x</b>"]}
    lead = add_lead(db, cast.owner, title=HOSTILE, **given)
    on = {"subject": "lead", "subject_id": lead.id}
    db.write(add_note, cast.owner, parse_fields(NoteFields, {**on, "text": HOSTILE}))
    due = {"due_at": "2020-01-01T09:00:00Z", "assignee_id": cast.owner.user_id}
    db.write(create_task, cast.owner, parse_fields(TaskFields, {**on, "title": HOSTILE, **due}))
    addresses = [
        *READ, "/leads/{id}/edit", "/activity", f"/clients/{client.id}", "/search?q=alert",
        "/search/palette?q=alert", "/leads?columns=client,source,tags&q=alert", "/",
    ]  # fmt: skip
    for address in addresses:
        page = owner.get(address.format(id=lead.id), follow_redirects=True).get_data(as_text=True)
        assert "<img src=x" not in page, address
        assert "<script>alert" not in page, address
        assert "<b>x</b>" not in page, address


def test_another_workspace_s_leads_notes_and_tasks_are_not_there(
    outsider: FlaskClient, db: Database, cast: Cast, ids: dict[str, int]
) -> None:
    before = entries(db, cast)
    data = {
        **WHOLE, "version": "1", "subject": "lead", "subject_id": str(ids["id"]), "text": "x",
        "stage_id": str(stages_of(db, cast.outsider)["Won"].id), "name": "x", "change": "delete", "id": "1",
    }  # fmt: skip
    for template in READ:
        assert template.count("{") or "ремонт" not in text_of(outsider.get(template)), template
    for template in (*READ, *WRITTEN):
        if "{" not in template:
            continue
        address = template.format(**ids)
        answer = outsider.get(address) if template in READ else outsider.post(address, data=data)
        assert answer.status_code in {302, 404}, address
        assert "ремонт" not in answer.get_data(as_text=True), address
    planted = outsider.post("/timeline/notes", data=data, headers=HTMX)
    assert planted.status_code == 422
    assert entries(db, cast) == before


def test_a_viewer_reads_all_and_changes_nothing(
    viewer: FlaskClient, db: Database, cast: Cast, ids: dict[str, int]
) -> None:
    before = entries(db, cast)
    for template in READ:
        page = viewer.get(template.format(**ids), follow_redirects=True).get_data(as_text=True)
        main = page.split("<main", 1)[-1].split("</main>")[0]
        posted = re.findall(r'<form[^>]*method="post" action="([^"]+)"', main)
        assert [address for address in posted if not address.startswith("/views")] == [], template
    for template in WRITTEN:
        data = {**WHOLE, "version": "1", "text": "x"}
        assert viewer.post(template.format(**ids), data=data).status_code == 403, template
    assert entries(db, cast) == before
