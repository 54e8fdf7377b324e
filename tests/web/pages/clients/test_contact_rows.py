"""The rows of e-mail addresses and phone numbers in the form of a client, and on its page."""

from typing import Any

from flask.testing import FlaskClient

from tests.support.client_api import PATH, add
from tests.support.page_forms import PageForm, forms_of

EMAILS = [{"email": "anna@work.example", "label": "work"}, {"email": "anna@home.example"}]


def form_at(owner: FlaskClient, address: str) -> PageForm:
    html = owner.get(address).get_data(as_text=True)
    return next(form for form in forms_of(html) if form.action == address)


def stored(owner: FlaskClient, client_id: int) -> dict[str, Any]:
    return dict(owner.get(f"{PATH}/{client_id}").get_json()["data"])


def emails(owner: FlaskClient, client_id: int) -> list[tuple[str, str | None]]:
    return [(each["email"], each["label"]) for each in stored(owner, client_id)["emails"]]


def test_a_row_is_added_without_scripts_and_nothing_is_saved_meanwhile(owner: FlaskClient) -> None:
    form = form_at(owner, "/clients/new")
    form.values["name"], form.values["email"] = "Anna", "anna@work.example"
    for number in (1, 2):
        again = owner.post(form.action, data=form.values.to_dict() | {"more": "emails"})
        assert again.status_code == 200 and owner.get(PATH).get_json()["data"] == []
        form = next(each for each in forms_of(again.get_data(as_text=True)) if each.action == form.action)
        assert form.values["email"] == "anna@work.example"
        form.values[f"emails-{number}-email"] = f"anna{number}@home.example"
        form.values[f"emails-{number}-label"] = "home"
    form.values["emails-main"] = "2"
    saved = owner.post(form.action, data=form.values)
    assert saved.status_code == 303
    client_id = int(saved.headers["Location"].rsplit("/", 1)[1])
    assert emails(owner, client_id) == [
        ("anna2@home.example", "home"),
        ("anna@work.example", None),
        ("anna1@home.example", "home"),
    ]


def test_another_main_one_a_row_less_and_a_label_are_saved(owner: FlaskClient) -> None:
    client = add(owner, emails=[*EMAILS, {"email": "third@x.example"}], phone="+48123456789")
    form = form_at(owner, f"/clients/{client['id']}/edit")
    fewer = form.values.to_dict() | {"fewer": "emails-2"}
    again = owner.post(form.action, data=fewer).get_data(as_text=True)
    assert 'value="third@x.example"' not in again and stored(owner, client["id"])["version"] == 1
    form = next(each for each in forms_of(again) if each.action == form.action)
    form.values["emails-main"], form.values["phones-0-label"] = "1", "mobile"
    assert owner.post(form.action, data=form.values).status_code == 303
    now = stored(owner, client["id"])
    assert emails(owner, client["id"]) == [("anna@home.example", None), ("anna@work.example", "work")]
    assert (now["email"], now["version"]) == ("anna@home.example", 2)
    assert now["phones"] == [{"phone": "+48123456789", "label": "mobile", "main": True}]


def test_a_row_that_is_emptied_goes_and_the_next_becomes_the_main_one(owner: FlaskClient) -> None:
    client = add(owner, emails=EMAILS)
    form = form_at(owner, f"/clients/{client['id']}/edit")
    form.values["email"] = ""
    assert owner.post(form.action, data=form.values).status_code == 303
    assert emails(owner, client["id"]) == [("anna@home.example", None)]


def test_a_wrong_row_is_shown_with_what_was_typed(owner: FlaskClient) -> None:
    client = add(owner, emails=EMAILS)
    form = form_at(owner, f"/clients/{client['id']}/edit")
    form.values["emails-1-email"] = "no address"
    refused = owner.post(form.action, data=form.values)
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'value="no address"' in html and 'id="emails-1-error"' in html
    form.values["emails-1-email"], form.values["email"] = "anna@home.example", "nor this"
    html = owner.post(form.action, data=form.values | {"emails-0-label": "x"}).get_data(as_text=True)
    assert 'id="email-error"' in html and 'value="nor this"' in html
    assert stored(owner, client["id"])["version"] == 1


def test_a_stale_save_shows_both_lists_and_keeps_the_one_chosen(owner: FlaskClient) -> None:
    client = add(owner, emails=EMAILS)
    form = form_at(owner, f"/clients/{client['id']}/edit")
    form.values["emails-1-email"] = "mine@home.example"
    theirs = {"emails": [EMAILS[0], {"email": "theirs@home.example"}]}
    assert owner.patch(f"{PATH}/{client['id']}", json=theirs).status_code == 200
    stale = owner.post(form.action, data=form.values)
    html = stale.get_data(as_text=True)
    assert stale.status_code == 412
    assert "mine@home.example" in html and "theirs@home.example" in html
    again = next(each for each in forms_of(html) if each.action == form.action)
    assert owner.post(form.action, data=again.values).status_code == 303
    assert [each for each, _ in emails(owner, client["id"])] == ["anna@work.example", "mine@home.example"]


def test_a_tampered_list_is_malformed(owner: FlaskClient) -> None:
    client = add(owner, emails=EMAILS)
    for text in ("{", "[]", "7", '["a"]'):
        data = {"version": "1", "name": "A", "emails": text}
        assert owner.post(f"/clients/{client['id']}/edit", data=data).status_code == 400
    assert stored(owner, client["id"])["version"] == 1


def test_the_page_has_a_link_for_each_with_its_label_and_the_history_says_it_in_words(
    owner: FlaskClient,
) -> None:
    phones = [{"phone": "+48123456789"}, {"phone": "+4930901820", "label": "mobile"}]
    client = add(owner, emails=EMAILS, phones=phones)
    owner.patch(f"{PATH}/{client['id']}", json={"emails": EMAILS[:1]})
    html = owner.get(f"/clients/{client['id']}").get_data(as_text=True)
    for link in ("mailto:anna@work.example", "tel:+48123456789", "tel:+4930901820"):
        assert f'href="{link}"' in html
    assert "mailto:anna@home.example" not in html
    assert "anna@work.example (Work), anna@home.example" in html
    assert ">Mobile</small>" in html


def test_addresses_have_rows_too(owner: FlaskClient) -> None:
    addresses = [
        {"street": "Main St 1", "city": "Bonn", "postal_code": "01067"},
        {"city": "Köln", "label": "site"},
    ]
    client = add(owner, addresses=addresses, job_title="Chef", birthday="--05-17")
    form = form_at(owner, f"/clients/{client['id']}/edit")
    assert (form.values["address"], form.values["addresses-0-postal_code"]) == ("Main St 1", "01067")
    form.values["addresses-main"], form.values["addresses-0-region"] = "1", "NRW"
    form.values["birthday"] = "1980-05-17"
    assert owner.post(form.action, data=form.values).status_code == 303
    now = stored(owner, client["id"])
    assert (now["city"], now["birthday"], now["job_title"]) == ("Köln", "1980-05-17", "Chef")
    assert [(each["city"], each["region"], each["main"]) for each in now["addresses"]] == [
        ("Köln", None, True),
        ("Bonn", "NRW", False),
    ]
    html = owner.get(f"/clients/{client['id']}").get_data(as_text=True)
    for text in ("Main St 1\n01067 Bonn\nNRW", "<dt>Site</dt>", "17 May 1980", "Chef"):
        assert text in html
