"""Merging clients on pages: side by side, and back again."""

import pytest
from flask.testing import FlaskClient

from crm.clients.client import Client, get_client
from crm.db.database import Database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.client_pages import text_of
from tests.support.clients import add_client, patch_client
from tests.support.page_forms import forms_of


@pytest.fixture
def pair(db: Database, cast: Cast) -> tuple[Client, Client]:
    anna = add_client(db, cast.owner, name="Anna", city="Berlin", country="DE")
    eva = add_client(db, cast.owner, name="Eva", city="Bonn", country="DE", source="Fair", tags=["VIP"])
    db.write(add_note, cast.owner, NoteFields(subject="client", subject_id=eva.id, text="Called"))
    return anna, eva


def sent(page: str, action: str, **chosen: str) -> dict[str, str]:
    """What a browser would send of the form of that action."""
    form = next(form for form in forms_of(page) if form.action == action)
    return {**form.values.to_dict(), **chosen}


def test_both_stand_side_by_side_and_the_chosen_values_are_kept(
    owner: FlaskClient, pair: tuple[Client, Client], db: Database, cast: Cast
) -> None:
    anna, eva = pair
    page = text_of(owner.get(f"/clients/{anna.id}/merge?other_id={eva.id}"))
    assert page.count("differs</span>") == 3, "name, city and source, not the country"
    assert "Notes: <strong>1</strong>" in page and "Tags: <strong>1</strong>" in page
    action = f"/clients/{anna.id}/merge"
    form = sent(page, action, city="other")
    assert (form["name"], form["source"]) == ("this", "other"), "an empty field takes the other's value"
    merged = owner.post(action, data=form)
    assert (merged.status_code, merged.location) == (303, f"/clients/{anna.id}")
    kept = db.read(get_client, cast.owner, anna.id)
    assert (kept.name, kept.city, kept.source, kept.tags) == ("Anna", "Bonn", "Fair", ["VIP"])
    led = owner.get(f"/clients/{eva.id}")
    assert (led.status_code, led.location) == (308, f"/clients/{anna.id}")
    record = text_of(owner.get(led.location))
    assert "Merged with Eva" in record and "Called" in record


def test_what_was_changed_since_is_asked_before_they_are_separated(
    owner: FlaskClient, pair: tuple[Client, Client], db: Database, cast: Cast
) -> None:
    anna, eva = pair
    page = text_of(owner.get(f"/clients/{anna.id}/merge?other_id={eva.id}"))
    owner.post(f"/clients/{anna.id}/merge", data=sent(page, f"/clients/{anna.id}/merge"))
    patch_client(db, cast.owner, anna.id, {"source": "Web"})
    action = f"/clients/{anna.id}/unmerge"
    asked = owner.post(action, data=sent(text_of(owner.get(f"/clients/{anna.id}")), action))
    assert asked.status_code == 409
    done = owner.post(action, data=sent(text_of(asked), action, source="before"))
    assert (done.status_code, done.location) == (303, f"/clients/{anna.id}")
    assert db.read(get_client, cast.owner, anna.id).source is None
    assert db.read(get_client, cast.owner, eva.id).source == "Fair"


def test_one_that_cannot_be_merged_is_said_where_it_is_chosen(
    owner: FlaskClient, pair: tuple[Client, Client], db: Database, cast: Cast
) -> None:
    anna, _ = pair
    company = add_client(db, cast.owner, kind="company", name="Müller")
    for other_id, said in (
        (anna.id, "is this client itself"),
        (company.id, "must be a person"),
        (999, "is not"),
    ):
        refused = owner.get(f"/clients/{anna.id}/merge?other_id={other_id}")
        assert refused.status_code == 422 and said in text_of(refused)
    assert owner.get(f"/clients/{anna.id}/merge").status_code == 200


def test_a_stale_page_is_compared_again(
    owner: FlaskClient, pair: tuple[Client, Client], db: Database, cast: Cast
) -> None:
    anna, eva = pair
    address = f"/clients/{anna.id}/merge?other_id={eva.id}"
    form = sent(text_of(owner.get(address)), f"/clients/{anna.id}/merge")
    patch_client(db, cast.owner, eva.id, {"city": "Ulm"})
    assert owner.post(f"/clients/{anna.id}/merge", data=form).location == address
    assert db.read(get_client, cast.owner, eva.id).city == "Ulm"


def test_members_see_no_merge(
    pair: tuple[Client, Client], owner: FlaskClient, db: Database, cast: Cast
) -> None:
    colleague = client_of(owner.application, db, cast.colleague)
    assert "/merge" not in text_of(colleague.get(f"/clients/{pair[0].id}"))
    assert colleague.get(f"/clients/{pair[0].id}/merge").status_code == 403
