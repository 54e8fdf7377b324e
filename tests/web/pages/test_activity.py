import html
from typing import Any

from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def test_each_change_is_told_with_what_stood_before_and_after(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Anna", phone="+37129123456")
    patch_client(db, cast.colleague, client.id, {"phone": "+37129654321", "owner_id": cast.owner.user_id})
    page = text_of(owner.get(f"/clients/{client.id}"))
    assert "Colleague" in page and "changed phone, owner" in page
    assert "+371 29 123 456" in page and "+371 29 654 321" in page
    assert page.count("Owner") >= 1


def test_the_workspaces_page_names_the_client_of_an_entry(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client = add_client(db, cast.owner, name="Anna <i>")
    page = owner.get("/activity").get_data(as_text=True)
    assert f'<a href="/clients/{client.id}">Anna &lt;i&gt;</a>' in page


def test_earlier_entries_follow_and_repeat_no_heading(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    for place in range(30):
        patch_client(db, cast.owner, client.id, {"city": f"City {place}"})
    page = text_of(owner.get(f"/clients/{client.id}"))
    assert "City 29" in page and "City 5" not in page
    address = page.split('hx-get="/clients')[-1].split('"')[0]
    earlier = text_of(owner.get(f"/clients{address}", headers={"HX-Request": "true"}))
    assert "City 5" in earlier and "City 29" not in earlier
    assert "timeline-day" not in earlier


def test_entries_can_be_narrowed_to_a_person_and_a_subject(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_client(db, cast.owner, name="Made by the owner")
    add_client(db, cast.colleague, name="Made by the colleague")
    page = text_of(owner.get(f"/activity?actor_id={cast.colleague.user_id}&subject=client"))
    assert "Made by the colleague" in page and "Made by the owner" not in page
    assert "Made by" not in text_of(owner.get("/activity?subject=user"))
