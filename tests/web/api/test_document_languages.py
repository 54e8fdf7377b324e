"""A quote and an invoice are in the language and currency of their client, until somebody changes them."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.documents.answering import REPLACED
from crm.documents.page_words import page_words
from crm.documents.words import document_languages
from tests.support.page_forms import forms_of

pytestmark = pytest.mark.usefixtures("furnished")

LINE = {"title": "Tiles", "unit_price": 5}


def made(owner: FlaskClient, path: str, **given: Any) -> Any:
    answer = owner.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def client_in(owner: FlaskClient, country: str) -> int:
    address = {"street": "Main Street 1", "city": "Town", "country": country}
    return int(made(owner, "clients", name=f"From {country}", addresses=[address])["id"])


def document(owner: FlaskClient, kind: str, client_id: int | None, **given: Any) -> tuple[str, str]:
    one = made(owner, kind, client_id=client_id, lines=[LINE], **given)
    return one["language"], one["currency"]


@pytest.mark.parametrize("kind", ["quotes", "invoices"])
def test_the_country_decides_and_no_document_before(owner: FlaskClient, kind: str) -> None:
    workspace = owner.get("/api/workspace").get_json()["data"]
    usual = (workspace["language"], workspace["currency"])
    assert usual[0] == "en"
    assert document(owner, kind, None) == document(owner, kind, client_in(owner, "GB")) == usual
    assert document(owner, kind, client_in(owner, "RU")) == usual, "there are no words in Russian"
    assert document(owner, kind, client_in(owner, "CA")) == usual, "English is spoken there, too"
    french = client_in(owner, "FR")
    assert document(owner, kind, french) == ("fr", usual[1])
    assert document(owner, kind, french, language="de", currency="CHF") == ("de", "CHF")
    assert document(owner, kind, french) == ("fr", usual[1])


def test_a_quote_and_an_invoice_from_a_deal_are_in_the_clients_language(owner: FlaskClient) -> None:
    deal = made(owner, "deals", client_id=client_in(owner, "IT"), lines=[LINE], currency="EUR")
    quote = made(owner, "quotes", deal_id=deal["id"])
    assert (quote["language"], quote["currency"]) == ("it", "EUR")
    invoice = made(owner, "invoices", deal_id=deal["id"])
    assert (invoice["language"], invoice["currency"]) == ("it", "EUR")


@pytest.mark.parametrize("kind", ["quotes", "invoices"])
def test_the_form_offers_the_languages_of_documents_and_keeps_the_one_there_is(
    owner: FlaskClient, kind: str
) -> None:
    client_id = client_in(owner, "IL")
    page = owner.get(f"/{kind}/new?client_id={client_id}").get_data(as_text=True)
    assert all(f'<option value="{language}"' in page for language in ("", *document_languages()))
    form = next(each.values.to_dict() for each in forms_of(page) if each.action == f"/{kind}/new")
    row = {"lines-rows": "1", "lines-0-kind": "item", "lines-0-title": "Tiles", "lines-0-unit_price": "5"}
    saved = owner.post(f"/{kind}/new", data=form | row)
    assert saved.status_code == 303, saved.get_data(as_text=True)
    assert owner.get(f"/api/{kind}/1").get_json()["data"]["language"] == "he"
    page, path = owner.get(f"/{kind}/1/edit").get_data(as_text=True), f"/{kind}/1/edit"
    form = next(each.values.to_dict() for each in forms_of(page) if each.action == path)
    assert owner.post(path, data=form | {"title": "Roof"}).status_code == 303
    kept = owner.get(f"/api/{kind}/1").get_json()["data"]
    assert (kept["language"], kept["title"]) == ("he", "Roof")
    assert (
        owner.post(path, data=form | {"version": str(kept["version"]), "language": "fr"}).status_code == 303
    )
    assert owner.get(f"/api/{kind}/1").get_json()["data"]["language"] == "fr"


def test_what_a_client_says_comes_before_all_else(owner: FlaskClient) -> None:
    spoken = {"language": "fr", "currency": "CHF"}
    asked = made(owner, "clients", name="Élodie", country="IT", **spoken)
    assert {name: asked[name] for name in spoken} == spoken
    assert document(owner, "quotes", asked["id"], language="de", currency="EUR") == ("de", "EUR")
    assert document(owner, "quotes", asked["id"]) == document(owner, "invoices", asked["id"]) == ("fr", "CHF")
    lead = made(owner, "leads", title="Roof", client_id=asked["id"])
    assert document(owner, "quotes", None, lead_id=lead["id"]) == ("fr", "CHF")
    deal = made(owner, "deals", client_id=asked["id"], lines=[LINE], currency="EUR")
    assert made(owner, "invoices", deal_id=deal["id"])["language"] == "fr"
    usual = owner.get("/api/workspace").get_json()["data"]["currency"]
    path = f"/api/clients/{asked['id']}"
    assert owner.patch(path, json={"language": "", "currency": None}).status_code == 200
    assert document(owner, "quotes", asked["id"]) == ("it", usual), "not that of the last document"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("language", "xx-nowhere"),
        ("language", 7),
        ("currency", "HRK"),
        ("currency", "ABC"),
        ("currency", "\0"),
    ],
)
def test_a_language_or_currency_that_none_has_is_refused(owner: FlaskClient, field: str, wrong: Any) -> None:
    answer = owner.post("/api/clients", json={"name": "A", field: wrong})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_the_forms_take_the_clients_language_and_currency(owner: FlaskClient) -> None:
    page = owner.get("/clients/new").get_data(as_text=True)
    form = next(each.values.to_dict() for each in forms_of(page) if each.action == "/clients/new")
    saved = owner.post("/clients/new", data=form | {"name": "Sami", "language": "ar", "currency": "KWD"})
    assert saved.status_code == 303, saved.get_data(as_text=True)
    assert "العربية" in owner.get("/clients/1").get_data(as_text=True)
    row = {
        "lines-rows": "1",
        "lines-0-kind": "item",
        "lines-0-title": "Tiles",
        "lines-0-unit_price": "12.500",
    }
    typed = {"client_id": "1", "currency": "", "language": "", **row}
    assert "KWD" in owner.post("/quotes/totals", data=typed).get_data(as_text=True)
    for kind in ("quotes", "invoices"):
        page = owner.get(f"/{kind}/new").get_data(as_text=True)
        form = next(each.values.to_dict() for each in forms_of(page) if each.action == f"/{kind}/new")
        assert owner.post(f"/{kind}/new", data=form | typed).status_code == 303
        one = owner.get(f"/api/{kind}/1").get_json()["data"]
        assert (one["language"], one["currency"], float(one["total"])) == ("ar", "KWD", 12.5)


def test_the_page_of_a_quote_is_in_its_language(owner: FlaskClient, anybody: FlaskClient) -> None:
    said = ("Accept", "Decline", "Your name", "Comment", "Quantity", "Optional", "Total")
    for language in document_languages():
        quote = made(owner, "quotes", lines=[{**LINE, "optional": True}], language=language)
        link = made(owner, f"quotes/{quote['id']}/send", by="link")["link"]
        page, words = anybody.get(f"/q/{link['token']}").get_data(as_text=True), page_words(language)
        assert f'<html lang="{language}"' in page
        assert all(words.get(text, text) in page for text in said)
        assert language == "en" or words.keys() == page_words("de").keys()
        _refusals_are_in_it(owner, anybody, quote["id"], f"/q/{link['token']}", words)
        assert language == "en" or not any(f">{text}<" in page for text in said if words[text] != text)


def _refusals_are_in_it(
    owner: FlaskClient, anybody: FlaskClient, quote_id: int, path: str, words: Mapping[str, str]
) -> None:
    """Of an answer without a name or with an unknown option, and of a link whose quote was replaced."""
    form = next(each.values.to_dict() for each in forms_of(anybody.get(path).text) if each.action == path)
    given = {**form, "name": "", "answer": "accept"}
    refused = anybody.post(path, data=given)
    assert refused.status_code == 422
    assert all(words.get(said, said) in refused.text for said in ("Please fix the following:", "is required"))
    unknown = anybody.post(path, data={**given, "name": "Ada", "chosen": "none"})
    said = "is not an option of this quote"
    assert (unknown.status_code, words.get(said, said) in unknown.text) == (422, True)
    assert owner.patch(f"/api/quotes/{quote_id}", json={"title": "Newer"}).status_code == 200
    closed = anybody.get(path)
    for said in ("This quote cannot be shown", REPLACED):
        assert (closed.status_code, words.get(said, said) in closed.text) == (404, True)
