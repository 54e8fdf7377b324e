"""The rows of companies and roles in the form of a person, and on the pages of both."""

from flask.testing import FlaskClient

from tests.support.client_api import PATH, add
from tests.support.page_forms import forms_of
from tests.web.pages.clients.test_contact_rows import form_at, stored


def companies(owner: FlaskClient, client_id: int) -> list[tuple[str, str | None, bool]]:
    found = stored(owner, client_id)["companies"]
    return [(each["company_name"], each["role"], each["main"]) for each in found]


def firms(owner: FlaskClient) -> list[int]:
    return [int(add(owner, kind="company", name=name)["id"]) for name in ("Acme", "Beta", "Gamma")]


def test_rows_are_added_changed_and_removed_and_another_one_becomes_the_main_one(owner: FlaskClient) -> None:
    acme, beta, _ = firms(owner)
    form = form_at(owner, "/clients/new")
    form.values["company_id"] = str(acme)
    form.values["name"] = "Anna"
    again = owner.post(form.action, data=form.values.to_dict() | {"more": "companies"})
    form = next(each for each in forms_of(again.get_data(as_text=True)) if each.action == form.action)
    form.values["companies-0-role"] = "Director"
    form.values["companies-1-company_id"], form.values["companies-1-role"] = str(beta), "Adviser"
    saved = owner.post(form.action, data=form.values)
    client_id = int(saved.headers["Location"].rsplit("/", 1)[1])
    assert companies(owner, client_id) == [("Acme", "Director", True), ("Beta", "Adviser", False)]
    page = owner.get(f"/clients/{client_id}").get_data(as_text=True)
    assert "<dt>Adviser</dt>" in page and f'href="/clients/{beta}"' in page
    form = form_at(owner, f"/clients/{client_id}/edit")
    form.values["companies-main"], form.values["companies-1-role"] = "1", "Owner"
    assert owner.post(form.action, data=form.values).status_code == 303
    assert companies(owner, client_id) == [("Beta", "Owner", True), ("Acme", "Director", False)]
    form = form_at(owner, f"/clients/{client_id}/edit")
    again = owner.post(form.action, data=form.values.to_dict() | {"fewer": "companies-1"})
    form = next(each for each in forms_of(again.get_data(as_text=True)) if each.action == form.action)
    assert owner.post(form.action, data=form.values).status_code == 303
    assert companies(owner, client_id) == [("Beta", "Owner", True)]
    ledger = owner.get(f"/clients/{client_id}").get_data(as_text=True)
    assert "Beta (Owner), Acme (Director)" in ledger


def test_a_company_typed_as_new_gets_the_role_and_a_search_saves_nothing(owner: FlaskClient) -> None:
    acme, beta, _ = firms(owner)
    client = add(owner, name="Anna", companies=[{"company_id": acme}, {"company_id": beta}])
    form = form_at(owner, f"/clients/{client['id']}/edit")
    picker = "companies-1-company_id"
    found = owner.post(form.action, data=form.values.to_dict() | {f"{picker}_words": "gam", "find": picker})
    assert found.status_code == 200 and "Gamma" in found.get_data(as_text=True)
    form.values["companies-1-company_id_words"] = "gam"
    assert owner.post(form.action, data=form.values).status_code == 422
    form.values["companies-1-company_id_words"] = ""
    form.values["company_id"], form.values["new_company"] = "", "Delta"
    form.values["companies-0-role"] = "Founder"
    assert owner.post(form.action, data=form.values).status_code == 303
    assert companies(owner, client["id"]) == [("Delta", "Founder", True), ("Beta", None, False)]


def test_a_wrong_row_keeps_what_was_typed_and_a_stale_save_shows_both(owner: FlaskClient) -> None:
    acme, beta, gamma = firms(owner)
    client = add(owner, name="Anna", companies=[{"company_id": acme}, {"company_id": beta, "role": "Cook"}])
    form = form_at(owner, f"/clients/{client['id']}/edit")
    form.values["companies-1-company_id"] = str(client["id"])
    refused = owner.post(form.action, data=form.values)
    assert refused.status_code == 422 and 'id="companies-1-error"' in refused.get_data(as_text=True)
    form.values["companies-1-company_id"], form.values["companies-1-role"] = str(beta), "Chef"
    theirs = {"companies": [{"company_id": acme}, {"company_id": gamma, "role": "Owner"}]}
    assert owner.patch(f"{PATH}/{client['id']}", json=theirs).status_code == 200
    stale = owner.post(form.action, data=form.values)
    html = stale.get_data(as_text=True)
    assert stale.status_code == 412 and "Beta (Chef)" in html and "Gamma (Owner)" in html
    form = next(each for each in forms_of(html) if each.action == form.action)
    assert owner.post(form.action, data=form.values).status_code == 303


def test_the_page_of_a_company_and_the_api_list_its_people_with_their_roles(owner: FlaskClient) -> None:
    acme, beta, _ = firms(owner)
    for number in range(14):
        links = [{"company_id": acme}, {"company_id": beta, "role": f"Role {number:02}"}]
        add(owner, name=f"Person {number:02}", companies=links)
    page = owner.get(f"/clients/{beta}").get_data(as_text=True)
    assert "Role 00" in page and "Role 11" in page and "Role 12" not in page
    assert f'href="/clients?company_id={beta}"' in page
    assert "Role 13" in owner.get(f"/clients?company_id={beta}").get_data(as_text=True)
    first = owner.get(f"{PATH}/{beta}/people?limit=10").get_json()
    rest = owner.get(f"{PATH}/{beta}/people?limit=10&cursor={first['page']['next']}").get_json()
    found = [*first["data"], *rest["data"]]
    assert [each["role"] for each in found] == [f"Role {number:02}" for number in range(14)]
    assert {each["main"] for each in found} == {False} and rest["page"]["next"] is None
    assert owner.get(f"{PATH}/999999/people").status_code == 404
