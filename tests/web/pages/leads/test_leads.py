import html
import json
import re

import pytest
from flask.testing import FlaskClient

from crm.activity.timeline import ledger_head
from crm.db.database import Database
from crm.leads.lead import Lead, find_lead
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.lead_pages import WHOLE, entries
from tests.support.leads import cards_of, patch_lead, stages_of
from tests.support.page_answers import HTMX, form_of, text_of

pytestmark = pytest.mark.usefixtures("furnished")


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
