import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.activity.timeline import ledger_head
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead, find_lead
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, cards_of, furnish, patch_lead, stages_of

HTMX = {"HX-Request": "true"}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
WHOLE = {
    "title": "ремонт офиса", "value": "150 000", "currency": "USD", "client_id": "", "stage_id": "",
    "owner_id": "", "source": "", "expected_close": "", "details": "", "type": "inquiry", "tags": "",
    "lost_reason": "",
}  # fmt: skip
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


@pytest.fixture(autouse=True)
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.outsider)
    furnish(db, cast.owner)


@pytest.fixture
def lead(db: Database, cast: Cast) -> Lead:
    return add_lead(db, cast.owner, title="ремонт офиса", value=150000)


@pytest.fixture
def ids(db: Database, cast: Cast, lead: Lead) -> dict[str, int]:
    """Of the lead, and of a note and a task on its timeline."""
    on = {"subject": "lead", "subject_id": lead.id}
    note = db.write(add_note, cast.owner, parse_fields(NoteFields, {**on, "text": "Wants oak"}))
    task = db.write(create_task, cast.owner, parse_fields(TaskFields, {**on, "title": "Call back"}))
    return {"id": lead.id, "note": note.id, "task": task.id}


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return html.unescape(answer.get_data(as_text=True))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }


def entries(db: Database, cast: Cast) -> int:
    return db.read(ledger_head, cast.owner)


def test_a_filled_form_makes_a_lead_and_shows_it(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="Anna Nowak")
    made = owner.post("/leads/new", data={**WHOLE, "client_id": str(client.id), "tags": "vip, oak"})
    page = text_of(owner.get(made.location))
    assert made.status_code == 303
    for shown in ("ремонт офиса", "$150,000", "Anna Nowak", "vip", "oak"):
        assert shown in page


@pytest.mark.parametrize(
    ("given", "field"),
    [({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"value": "much"}, "value"),
     ({"value": "-1"}, "value"), ({"value": "1.2345"}, "value"), ({"currency": "EURO"}, "currency"),
     ({"stage_id": "99999"}, "stage_id"), ({"owner_id": "7.5"}, "owner_id"),
     ({"client_id": "99999"}, "client_id"), ({"expected_close": "31.12.2026"}, "expected_close"),
     ({"type": "nonsense"}, "type"), ({"tags": "x" * 60}, "tags")],
)  # fmt: skip
def test_what_a_lead_cannot_be_is_named_beside_its_field_and_nothing_is_stored(
    owner: FlaskClient, db: Database, cast: Cast, given: dict[str, str], field: str
) -> None:
    before = entries(db, cast)
    page = text_of(owner.post("/leads/new", data={**WHOLE, "source": "fair", **given}), 422)
    assert f'id="{field}-error"' in page
    assert 'value="fair"' in page
    assert entries(db, cast) == before


def test_a_stale_save_shows_both_versions_and_saves_the_chosen_one(
    owner: FlaskClient, db: Database, cast: Cast, lead: Lead
) -> None:
    address = f"/leads/{lead.id}/edit"
    form = form_of(owner.get(address).get_data(as_text=True))
    patch_lead(db, cast.colleague, lead.id, {"value": 160000})
    mine = {**WHOLE, "stage_id": str(lead.stage_id), "value": "150000", "source": "newspaper"}

    stale = owner.post(address, data={**mine, "version": form["version"], "base": form["base"]})

    page = text_of(stale, 412)
    assert "$160,000" in page or "160,000" in page
    assert re.search(r'name="value" value="160000"[^>]* checked', page)
    assert re.search(r'name="source" value="newspaper"[^>]* checked', page)
    kept = {**form_of(stale.get_data(as_text=True)), "value": "160000", "source": "newspaper"}
    assert owner.post(address, data=kept).status_code == 303
    saved = db.read(find_lead, cast.owner, lead.id)
    assert saved is not None
    assert (saved.value, saved.source) == (160000, "newspaper")


def test_a_stale_deletion_deletes_nothing(owner: FlaskClient, db: Database, cast: Cast, lead: Lead) -> None:
    patch_lead(db, cast.colleague, lead.id, {"source": "fair"})
    answer = owner.post(f"/leads/{lead.id}/delete", data={"version": "1"})
    assert "changed ремонт офиса in the meantime" in text_of(owner.get(answer.location))
    kept = db.read(find_lead, cast.owner, lead.id)
    assert kept is not None
    assert kept.deleted_at is None


def test_a_deleted_lead_lies_in_the_trash_until_restored(owner: FlaskClient, lead: Lead) -> None:
    assert owner.post(f"/leads/{lead.id}/delete", data={"version": "1"}).status_code == 303
    assert "ремонт офиса" not in text_of(owner.get("/leads", headers=HTMX))
    assert "ремонт офиса" in text_of(owner.get("/leads/trash"))
    assert "This lead was deleted" in text_of(owner.get(f"/leads/{lead.id}"))
    assert owner.post(f"/leads/{lead.id}/restore").status_code == 303
    assert "ремонт офиса" in text_of(owner.get("/leads", headers=HTMX))


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


def test_a_card_is_moved_and_a_refused_move_says_why(
    owner: FlaskClient, db: Database, cast: Cast, lead: Lead
) -> None:
    won = stages_of(db, cast.owner)["Won"]
    address = f"/board/leads/{lead.id}/move"
    moved = owner.post(address, data={"stage_id": str(won.id)}, headers=HTMX)
    assert moved.get_json() == {"stage": "Won", "version": 2}
    assert cards_of(db, cast.owner, won) == [lead.title]
    for given, status in [({"stage_id": ""}, 422), ({"stage_id": "99999"}, 422), ({"stage_id": "x"}, 422)]:
        refused = owner.post(address, data=given, headers=HTMX)
        assert refused.status_code == status
        assert "Stage: " in refused.get_json()["text"]
    assert cards_of(db, cast.owner, won) == [lead.title]


def test_a_lead_of_a_few_words_is_written_down_in_a_stage(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    stage = stages_of(db, cast.owner)["Proposal"]
    data = {"title": "ремонт офиса", "value": "150 000", "stage_id": str(stage.id)}
    assert owner.post("/board/leads", data=data).status_code == 303
    assert cards_of(db, cast.owner, stage) == ["ремонт офиса"]
    refused = owner.post("/board/leads", data={**data, "title": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert refused.get_json()["text"] == "Title: is required"


@pytest.mark.parametrize(
    ("address", "given", "label"),
    [("/timeline/notes", {"text": ""}, "Text"), ("/timeline/notes", {"text": "x", "kind": "fax"}, "Kind"),
     ("/timeline/notes", {"text": "x", "kind": "call", "minutes": "ten"}, "Minutes"),
     ("/timeline/notes", {"text": "x", "subject": "planet"}, "Subject"),
     ("/timeline/tasks", {"title": ""}, "Title"),
     ("/timeline/tasks", {"title": "x", "due_day": "soon"}, "Due"),
     ("/timeline/tasks", {"title": "x", "assignee_id": "99999"}, "Assignee"),
     ("/timeline/tasks", {"title": "x", "repeat": "never"}, "Repeats")],
)  # fmt: skip
@pytest.mark.usefixtures("lead")
def test_what_cannot_be_written_onto_a_timeline_names_its_field_and_is_not_stored(
    owner: FlaskClient, address: str, given: dict[str, str], label: str
) -> None:
    data = {"subject": "lead", "subject_id": "1", **given}
    head = owner.get("/changes").data
    refused = owner.post(address, data=data, headers=HTMX)
    assert refused.status_code == 422
    assert json.loads(refused.headers["HX-Trigger"])["toast"]["text"].startswith(f"{label}: ")
    assert owner.get("/changes").data == head


@pytest.mark.parametrize(
    "address",
    ["/leads?status=no", "/leads?owner_id=x", "/leads?sort=secret", "/leads?cursor=abc", "/leads?q=a&q=b",
     "/leads?value_from=much", "/leads?closes_from=soon", "/board?cards=0", "/board?owner_id=-1",
     "/leads/trash?cursor=zz", "/reports?months=0", "/tasks?cursor=zz", "/leads/{id}?kind=secret",
     "/leads/{id}?cursor=zz"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused_in_words(
    owner: FlaskClient, lead: Lead, address: str
) -> None:
    assert "Traceback" not in text_of(owner.get(address.format(id=lead.id)), 422)


def test_a_new_lead_makes_the_client_that_its_form_names_or_nothing(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    whole = {**WHOLE, "owner_id": str(cast.owner.user_id), "new_client": " Mira Weber "}
    made = owner.post("/leads/new", data=whole)
    assert made.status_code == 303
    lead = owner.get(f"/api{made.headers['Location']}").get_json()["data"]
    client = owner.get(f"/api/clients/{lead['client_id']}").get_json()["data"]
    assert (client["name"], client["owner_id"]) == ("Mira Weber", cast.owner.user_id)
    before = db.read(ledger_head, cast.owner)
    for wrong, field in (({"title": ""}, "title"), ({"new_client": "x" * 300}, "client_id")):
        refused = owner.post("/leads/new", data={**whole, **wrong})
        assert (refused.status_code, f'id="{field}' in refused.text) == (422, True)
        assert html.escape({**whole, **wrong}["new_client"].strip()) in refused.text
    assert db.read(ledger_head, cast.owner) == before
