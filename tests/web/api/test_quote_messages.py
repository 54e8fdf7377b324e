"""Quotes that are sent by WhatsApp: the file, the message and the quote in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.accounts.fields import WorkspaceChanges
from crm.accounts.workspaces import change_workspace
from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.documents import messaging
from crm.documents.pdf import draw_pdf
from crm.fields import parse_fields
from crm.vault import Vault
from tests.support.api import fields_of, made, problem_of
from tests.support.arrivals import arrive, value
from tests.support.cast import Cast
from tests.support.cloud_api import CloudApiStub, cloud_api
from tests.support.page_forms import forms_of
from tests.support.whatsapp import CUSTOMER, text

ITEM = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}
OFFER = {"name": "offer", "header_media": "document", "body": "Your offer, {{1}}", "category": "utility"}


@dataclass(frozen=True, slots=True)
class Office:
    """What stands beside the owner's client."""

    db: Database
    cast: Cast
    vault: Vault
    settings: Settings

    def hear(self) -> None:
        """The client writes."""
        arrive(self.db, self.vault, text("w1"))

    def post(self, stub: CloudApiStub) -> None:
        """What the worker does."""
        api = CloudApi(stub.base_url)
        send_due(self.db, Post(self.vault, {"whatsapp": api}, file_store(self.settings)), 5)
        api.close()

    def know(self, *templates: dict[str, Any]) -> None:
        for each in templates:
            self.db.write(add_template, self.cast.owner, parse_fields(TemplateFields, each))

    def be_at(self, address: str) -> None:
        """An owner says where the server is reached."""
        self.db.write(
            change_workspace, self.cast.owner, parse_fields(WorkspaceChanges, {"public_url": address})
        )

    def count(self, table: str) -> int:
        return int(value(self.db, f"SELECT count(*) FROM {table} WHERE workspace_id > 0"))


@pytest.fixture
def office(db: Database, cast: Cast, vault: Vault, settings: Settings) -> Office:
    return Office(db, cast, vault, settings)


@pytest.fixture
def stub(channel: Channel) -> Iterator[CloudApiStub]:
    with cloud_api() as stub:
        yield stub


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


def quote_of(owner: FlaskClient, phone: str | None = f"+{CUSTOMER}", **given: Any) -> int:
    kerry = made(owner, "/api/clients", name="Kerry", phone=phone)["id"]
    return int(made(owner, "/api/quotes", client_id=kerry, lines=[ITEM], **given)["id"])


def test_within_a_day_the_file_goes_out_with_a_text_below_it(
    owner: FlaskClient, office: Office, stub: CloudApiStub
) -> None:
    quote = quote_of(owner)
    office.hear()
    sent = made(owner, f"/api/quotes/{quote}/send", by="whatsapp", text="As promised")
    assert sent["message"]["window_open"] is True and sent["mail"] is None
    assert data(owner, f"/api/quotes/{quote}")["state"] == "sent"
    assert data(owner, f"/api/quotes/{quote}/activities")[0]["action"] == "quote.messaged"
    office.post(stub)
    (message,) = stub.accepted
    number = sent["quote_number"]
    assert (message["type"], message["document"]["filename"]) == ("document", f"{number}.pdf")
    assert message["document"]["caption"] == "As promised"
    (uploaded,) = stub.uploads
    assert owner.get(f"/api/quotes/{quote}/pdf").data in uploaded, "the version that was kept is the one sent"
    (revision,) = data(owner, f"/api/quotes/{quote}/revisions")
    assert revision["revision"] == 1
    owner.patch(f"/api/quotes/{quote}", json={"title": "New"})
    assert data(owner, f"/api/quotes/{quote}/revisions") == [revision]


def test_later_only_a_template_with_a_document_is_sent(
    owner: FlaskClient, office: Office, stub: CloudApiStub
) -> None:
    quote = quote_of(owner)
    path = f"/api/quotes/{quote}/send"
    assert fields_of(owner.post(path, json={"by": "whatsapp", "text": "Hi"})) == {"template"}
    plain = {"name": "plain", "body": "Hello"}
    office.know(OFFER, plain)
    for use, field in (
        ({"name": "plain"}, "template.name"),
        ({"name": "unknown"}, "template.name"),
        ({"name": "offer"}, "template.parameters"),
        ({"name": "offer", "parameters": ["Kerry"], "file_id": 1}, "template.file_id"),
    ):
        assert fields_of(owner.post(path, json={"by": "whatsapp", "template": use})) == {field}, use
    assert data(owner, f"/api/quotes/{quote}")["state"] == "draft"
    assert (office.count("files"), office.count("conversations"), office.count("outbox")) == (0, 0, 0)
    sent = made(owner, path, by="whatsapp", template={"name": "offer", "parameters": ["Kerry"]})
    assert sent["message"]["window_open"] is False
    office.post(stub)
    (message,) = stub.accepted
    header, body = message["template"]["components"]
    assert header["parameters"][0]["type"] == "document" and body["parameters"][0]["text"] == "Kerry"
    assert header["parameters"][0]["document"]["filename"] == f"{sent['quote_number']}.pdf"


def test_the_link_to_the_quote_goes_out_below_the_text_or_where_it_is_asked_for(
    owner: FlaskClient, office: Office, stub: CloudApiStub
) -> None:
    quote = quote_of(owner, language="de")
    office.hear()
    path, asked = f"/api/quotes/{quote}/send", {"by": "whatsapp", "text": "See {link}"}
    assert fields_of(owner.post(path, json=asked)) == {"text"}, "nobody knows the address of the server"
    office.be_at("https://crm.example.org")
    many = {"by": "whatsapp", "text": "x" * 1_000}
    assert (
        fields_of(owner.post(path, json=many)) == {"text"} and data(owner, f"/api/quotes/{quote}/links") == []
    )
    made(owner, path, by="whatsapp", text="As promised")
    made(owner, path, **asked)
    office.know(OFFER | {"links": [{"button": 0, "text": "Open", "url": "https://crm.example.org/q/{{1}}"}]})
    use = {"name": "offer", "parameters": ["Ada, see {link}"], "links": [{"button": 0, "text": "{link}"}]}
    made(owner, path, by="whatsapp", template=use)
    office.post(stub)
    below, inside, by_template = stub.accepted
    assert below["document"]["caption"].startswith("As promised\n\nAnsehen und beantworten:\nhttps://crm.ex")
    _header, body, button = by_template["template"]["components"]
    said = body["parameters"][0]["text"]
    links = [
        text.rsplit("/q/", 1)[1]
        for text in (*(each["document"]["caption"] for each in (below, inside)), said)
    ]
    assert button["parameters"][0]["text"] == links[2] and len(set(links)) == 3
    assert all(owner.get(f"/q/{token}").status_code == 200 for token in links)
    assert len(data(owner, f"/api/quotes/{quote}/links")) == 3
    made(
        owner,
        path,
        by="whatsapp",
        template=use | {"parameters": ["Ada"], "links": [{"button": 0, "text": "x"}]},
    )
    assert len(data(owner, f"/api/quotes/{quote}/links")) == 3, "a link that nobody gets is not made"


def test_a_repeated_request_sends_once(owner: FlaskClient, office: Office, channel: Channel) -> None:
    quote = quote_of(owner)
    office.hear()
    key = {"Idempotency-Key": "once", "If-Match": '"1"'}
    first, second = (
        owner.post(f"/api/quotes/{quote}/send", json={"by": "whatsapp"}, headers=key) for _ in range(2)
    )
    assert first.status_code == 201 and second.data == first.data
    assert second.headers["Idempotency-Replayed"] == "true" and office.count("outbox") == 1
    other = owner.post(f"/api/quotes/{quote}/send", json={"by": "whatsapp", "text": "x"}, headers=key)
    assert fields_of(other) == {"Idempotency-Key"}


def test_what_was_drawn_is_not_sent_once_the_quote_is_another(
    owner: FlaskClient, office: Office, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = quote_of(owner)
    office.hear()
    real = draw_pdf

    def draw_slowly(document: dict[str, Any]) -> bytes:
        owner.patch(f"/api/quotes/{quote}", json={"title": "Changed meanwhile"})
        return real(document)

    monkeypatch.setattr(messaging, "draw_pdf", draw_slowly)
    problem_of(owner.post(f"/api/quotes/{quote}/send", json={"by": "whatsapp"}), 409)
    assert data(owner, f"/api/quotes/{quote}")["state"] == "draft"
    stored = [each for each in office.settings.upload_folder.glob("*/*/*") if each.is_file()]
    assert (office.count("files"), stored) == (0, [])


def test_who_cannot_be_reached_is_said(owner: FlaskClient, outsider: FlaskClient, office: Office) -> None:
    unreached = quote_of(owner, phone=None)
    path = f"/api/quotes/{unreached}/send"
    assert fields_of(owner.post(path, json={"by": "whatsapp"})) == {"client_id"}
    nobody = made(owner, "/api/quotes", lines=[ITEM])["id"]
    assert fields_of(owner.post(f"/api/quotes/{nobody}/send", json={"by": "whatsapp"})) == {"client_id"}
    unconnected = quote_of(owner, phone="+4915100000001")
    problem_of(owner.post(f"/api/quotes/{unconnected}/send", json={"by": "whatsapp"}), 409)
    to = {"by": "whatsapp", "to": "ada@example.org"}
    assert fields_of(owner.post(f"/api/quotes/{unconnected}/send", json=to)) == {"to"}
    problem_of(outsider.post(path, json={"by": "whatsapp"}), 404)
    assert office.count("files") == office.count("conversations") == 0


def test_the_page_asks_for_what_can_be_sent_now(owner: FlaskClient, office: Office, channel: Channel) -> None:
    quote = quote_of(owner)
    path = f"/quotes/{quote}/message"
    assert path in owner.get(f"/quotes/{quote}").get_data(as_text=True)
    assert "none with a document is approved" in owner.get(path).get_data(as_text=True)
    office.know(OFFER)
    page = owner.get(path).get_data(as_text=True)
    (form,) = [each for each in forms_of(page) if each.action == path]
    assert "place_1" in form.values and "file" not in form.values
    refused = owner.post(path, data={**form.values, "place_1": ""})
    assert refused.status_code == 422 and "error-summary" in refused.get_data(as_text=True)
    office.hear()
    page = owner.get(path).get_data(as_text=True)
    (form,) = [each for each in forms_of(page) if each.action == path]
    answer = owner.post(path, data={**form.values, "text": "As promised"})
    assert answer.status_code == 303 and "/inbox/" in answer.headers["Location"]
    assert data(owner, f"/api/quotes/{quote}")["state"] == "sent" and office.count("outbox") == 1
