"""What was deleted is listed and restored, whatever kind of record it is."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.kinds import KINDS

pytestmark = pytest.mark.usefixtures("furnished")

MADE: Mapping[str, tuple[str, dict[str, Any]]] = {
    "client": ("/api/clients", {"name": "Ann"}),
    "lead": ("/api/leads", {"title": "Kitchen"}),
    "file": ("/api/clients/1/files", {"file": "offer.txt"}),
    "note": ("/api/notes", {"subject": "client", "subject_id": 1, "text": "Likes tea"}),
    "call": ("/api/notes", {"subject": "client", "subject_id": 1, "text": "Rang", "kind": "call"}),
    "task": ("/api/tasks", {"title": "Ring back"}),
    "saved_view": ("/api/views", {"list": "leads", "name": "Won", "query": "status=won"}),
    "pipeline": ("/api/pipelines", {"name": "Repairs"}),
    "stage": ("/api/pipelines/1/stages", {"name": "Visited", "kind": "open", "probability": 20}),
    "template": ("/api/message-templates", {"name": "ready", "body": "Ready"}),
    "quick_reply": ("/api/quick-replies", {"title": "Hello", "text": "Hello"}),
    "custom_field": ("/api/custom-fields", {"kind": "client", "label": "Insurer", "field_type": "text"}),
    "lead_type": ("/api/lead-types", {"name": "repair"}),
    "campaign": ("/api/campaigns", {"name": "Spring"}),
    "product": ("/api/products", {"name": "Tyre"}),
    "deal": ("/api/deals", {"client_id": 1}),
    "invoice": ("/api/invoices", {"title": "Roof", "client_id": 1}),
    "quote_template": ("/api/quote-templates", {"name": "Roof"}),
    "quote": ("/api/quotes", {"title": "Roof", "client_id": 1}),
    "web_form": ("/api/web-forms", {"name": "Site", "asked": [{"name": "email"}]}),
    "campaign_source": (
        "/api/kpis/sources",
        {
            "platform": "meta_ads",
            "name": "Meta",
            "account": "1",
            "credentials": {"access_token": "t"},
        },
    ),
    "ad_connection": (
        "/api/ad-connections",
        {
            "purpose": "meta_leads",
            "name": "Page",
            "account": "1",
            "form_id": None,
            "credentials": {"app_secret": "s", "access_token": "t"},
        },
    ),
    "webhook": ("/api/webhooks/outgoing", {"name": "Program", "url": "https://example.com/hook"}),
    "vehicle": ("/api/vehicles", {"make": "Ford", "model": "Focus", "year": 2020}),
}
"""Where each is created, and with what."""
LISTS = {
    "custom_field": "/api/custom-fields?kind=client",
    "file": "/api/files",
    "note": "/api/notes?subject=client&subject_id=1",
    "call": "/api/notes?subject=client&subject_id=1",
}
BEFORE = {"deal": ("cancel", {"reason": "Changed their mind"})}
"""What must be done first with what cannot be deleted as it is."""
AT = {"file": "/api/files", "stage": "/api/stages"}


def make(owner: FlaskClient, kind: str) -> int | str:
    """Returns what the record's address ends in."""
    address, given = MADE[kind]
    if "form_id" in given:
        given = {**given, "form_id": make(owner, "web_form")}
    if kind == "file":
        sent = owner.post(address, data={"file": (BytesIO(b"offer"), given["file"])})
    else:
        sent = owner.post(address, json=given)
    assert sent.status_code == 201, sent.get_data()
    record = sent.get_json()["data"]
    found: int | str = record["name"] if kind == "lead_type" else record["id"]
    return found


def listed(owner: FlaskClient, kind: str, *, deleted: bool) -> list[int | str]:
    address = LISTS.get(kind, MADE[kind][0])
    answer = owner.get(address + ("&" if "?" in address else "?") + f"deleted={str(deleted).lower()}")
    assert answer.status_code == 200, answer.get_data()
    key = "name" if kind == "lead_type" else "id"
    return [record[key] for record in answer.get_json()["data"]]


def test_each_kind_with_a_trash_is_among_those_tried() -> None:
    assert {kind.name for kind in KINDS if kind.trash} <= MADE.keys()


@pytest.mark.parametrize("kind", sorted(MADE))
def test_what_is_deleted_is_listed_as_deleted_until_it_is_restored(owner: FlaskClient, kind: str) -> None:
    owner.post("/api/clients", json={"name": "Who has notes and files"})
    made = make(owner, kind)
    at = f"{AT.get(kind, MADE[kind][0])}/{made}"
    assert made in listed(owner, kind, deleted=False) and made not in listed(owner, kind, deleted=True)
    if kind in BEFORE:
        assert owner.delete(at).status_code == 409
        step, given = BEFORE[kind]
        assert owner.post(f"{at}/{step}", json=given).status_code == 200
    assert owner.delete(at).status_code == 204
    assert made not in listed(owner, kind, deleted=False) and listed(owner, kind, deleted=True) == [made]
    assert owner.post(f"{at}/restore").status_code == 200
    assert made in listed(owner, kind, deleted=False) and listed(owner, kind, deleted=True) == []
