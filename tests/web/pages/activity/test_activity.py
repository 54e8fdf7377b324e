import csv
import html
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.client import get_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.page_forms import PageForm, forms_of


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def test_each_change_is_shown_with_what_stood_before_and_after(
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


def test_the_chain_is_verified_by_a_button_in_parts_that_ask_for_the_rest(
    owner: FlaskClient, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = add_client(db, cast.owner)
    for place in range(20):
        patch_client(db, cast.owner, client.id, {"city": f"City {place}"})
    assert "All 21 entries are intact" in text_of(owner.post("/activity/verify"))
    monkeypatch.setattr("crm.activity.chain.PAGE", 5)
    monkeypatch.setattr("crm.web.pages.activity.activity.SECONDS", -1.0)
    monkeypatch.setattr("crm.web.pages.activity.activity.PAGES_AT_ONCE", 1)
    state = ""
    for _ in range(4):
        part = text_of(owner.post("/activity/verify", data={"state": state}, headers={"HX-Request": "true"}))
        assert "entries verified so far" in part
        found = re.search(r'name="state" value="([^"]*(?:"[^>]*)?)">', part)
        assert found is not None
        state = found[1]
    assert "All 21 entries are intact" in text_of(
        owner.post("/activity/verify", data={"state": state}, headers={"HX-Request": "true"})
    )
    assert owner.post("/activity/verify", data={"state": "[1]"}).status_code == 400


def test_an_entry_is_undone_by_its_button(owner: FlaskClient, db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, city="Riga")
    patch_client(db, cast.owner, client.id, {"city": "Łódź"})
    page = text_of(owner.get(f"/clients/{client.id}"))
    addresses = re.findall(r'action="(/activity/\d+/undo)"', page)
    assert len(addresses) == 1
    assert owner.post(addresses[0]).headers["Location"] == f"/clients/{client.id}"
    assert db.read(get_client, cast.owner, client.id).city == "Riga"
    owner.post(addresses[0])
    assert "It has been changed again since: city." in text_of(owner.get(f"/clients/{client.id}"))


def test_the_download_is_of_what_the_list_shows(owner: FlaskClient, db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Made by the owner")
    add_client(db, cast.colleague, name="Made by the colleague")
    text = owner.get(f"/activity/export?actor_id={cast.colleague.user_id}").get_data(as_text=True)
    assert "Made by the colleague" in text and "Made by the owner" not in text


@pytest.mark.parametrize(("browser", "usual"), [("de-DE", "semicolon"), ("en-GB", "comma")])
def test_the_separator_of_the_download_is_chosen_beside_its_button(
    owner: FlaskClient, db: Database, cast: Cast, browser: str, usual: str
) -> None:
    """The reader's own is there already, and the list's filters go along with whichever is chosen."""
    add_client(db, cast.owner, name="Made by the owner")
    add_client(db, cast.colleague, name="Made; by, the\tcolleague")
    form = _download_form(owner, f"/activity?actor_id={cast.colleague.user_id}", browser)
    assert form.values["separator"] == usual
    for chosen, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
        form.values.setlist("separator", [chosen])
        data = owner.get(form.action, query_string=form.values, headers={"Accept-Language": browser}).data
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))
        assert len(rows) == 1 and "colleague" in rows[0]["after"], chosen


def _download_form(owner: FlaskClient, address: str, browser: str) -> PageForm:
    page = owner.get(address, headers={"Accept-Language": browser})
    [form] = [each for each in forms_of(page.get_data(as_text=True)) if "export" in each.action]
    return form
