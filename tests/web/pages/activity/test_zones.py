"""Planning a call: the time may be the client's, and what is stored is UTC."""

import re

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish

pytestmark = pytest.mark.usefixtures("frozen_clock")


def page_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return " ".join(response.get_data(as_text=True).split())


def offered(page: str) -> list[str]:
    select = re.search(r'<select[^>]*name="due_zone".*?</select>', page)
    return re.findall(r'value="([^"]*)"', select[0])[1:] if select else []


def test_the_clock_of_the_client_is_beside_the_form_of_client_lead_and_task(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    client = add_client(db, cast.owner, name="Aarav", country="IN")
    lead = add_lead(db, cast.owner, client_id=client.id)
    task = {"title": "Call", "subject": "lead", "subject_id": lead.id, "due_at": "2026-11-21T09:30:00Z"}
    made = owner.post("/api/tasks", json=task).json
    assert made is not None
    for path in (f"/clients/{client.id}", f"/leads/{lead.id}"):
        page = page_of(owner, path)
        assert offered(page) == ["Asia/Kolkata"] and "It is now 13:09 in Kolkata" in page
    page = page_of(owner, f"/tasks/{made['data']['id']}/edit")
    assert offered(page) == ["Asia/Kolkata"] and "09:30 for you · 15:00 in Kolkata" in page
    lonely = add_lead(db, cast.owner)
    here = add_client(db, cast.owner, name="Nil", country="IS")
    for path in (f"/leads/{lonely.id}", f"/clients/{here.id}"):
        assert offered(page_of(owner, path)) == []


def test_an_hour_of_the_client_s_zone_is_stored_as_utc(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="Aarav", country="IN")
    form = {
        "title": "Call", "due_day": "2026-11-23", "due_hour": "15:00", "due_zone": "Asia/Kolkata",
        "subject": "client", "subject_id": str(client.id),
    }  # fmt: skip
    assert owner.post("/timeline/tasks", data=form).status_code == 303
    [task] = (owner.get("/api/tasks").json or {})["data"]
    assert task["due_at"] == "2026-11-23T09:30:00.000Z"
    edit = {"due_day": "2026-11-23", "due_hour": "09:30", "version": "1", "title": "Call"}
    path = f"/tasks/{task['id']}/edit"
    for zone, due_at in (("", "09:30"), ("Asia/Tokyo", "00:30")):
        assert owner.post(path, data={**edit, "due_zone": zone}).status_code == 303
        assert (owner.get(f"/api/tasks/{task['id']}").json or {})["data"]["due_at"] == (
            f"2026-11-23T{due_at}:00.000Z"
        )
    wrong = owner.post(path, data={**edit, "due_zone": "../../etc/passwd", "version": "2"})
    assert wrong.status_code == 422 and 'id="due_zone"' in wrong.get_data(as_text=True)
    assert owner.post("/timeline/tasks", data={**form, "due_zone": "Mars/Olympus"}).status_code == 303
    assert len((owner.get("/api/tasks").json or {})["data"]) == 1


def test_half_a_time_is_none_and_another_s_record_has_no_clock(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Aarav", country="IN")
    path = f"/tasks/zones?subject=client&subject_id={client.id}"
    for typed in ("", "&due_day=2026-11-23", "&due_hour=15:00", "&due_day=x&due_hour=y", "&due_zone=Mars"):
        assert "It is now 13:09 in Kolkata" in page_of(owner, path + typed)
    whole = page_of(owner, f"{path}&due_day=2026-11-23&due_hour=20:00")
    assert "23 Nov, 20:00 for you · 24 Nov, 01:30 in Kolkata" in whole
    assert outsider.get(path).get_data(as_text=True) == ""
    assert page_of(owner, "/tasks/zones?subject=client&subject_id=999") == ""
    assert page_of(owner, "/tasks/zones?subject=nothing&subject_id=1") == ""
    assert owner.get("/tasks/zones?subject=client&subject_id=x").status_code == 422
