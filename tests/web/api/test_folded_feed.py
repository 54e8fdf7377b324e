"""Whoever folds the change feed has each record as the API answers it, whatever happened to it."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.documents.answering import QuoteAnswer, accept_quote, decline_quote
from crm.kinds import KINDS
from tests.support.api import made
from tests.support.cast import Cast
from tests.support.invoices import LINE, make_buyer, owner_of_company
from tests.support.samples import picture
from tests.web.api.test_changes import events_of

Record = dict[str, Any]
PATHS = {
    "client": "clients", "lead": "leads", "pipeline": "pipelines", "stage": "stages", "quote": "quotes",
    "product": "products", "vehicle": "vehicles", "deal": "deals", "invoice": "invoices", "note": "notes",
    "call": "notes", "task": "tasks", "file": "files", "saved_view": "views", "custom_field": "custom-fields",
    "campaign": "campaigns", "web_form": "web-forms", "webhook": "webhooks/outgoing",
    "campaign_source": "kpis/sources",
}  # fmt: skip
BY_THE_EVENT = {"id", "version", "created_at", "updated_at", "deleted_at", "subject", "subject_id"}
DERIVED = {
    "client": {"emails", "phones", "addresses", "companies", "consents", "merged_into_id"},
    "lead": {"stage_kind", "stage_since", "touched_at"},
    "pipeline": {"stages"},
    "stage": {"leads", "value", "pipeline_id"},
    "quote": {"expired", "taxes", "discount_total"},
    "vehicle": {"name", "gross", "days_in_stock", "age_band", "warnings"},
    "product": {"available", "pictures"},
    "deal": {"total", "gross_front", "gross_back", "scenarios"},
    "invoice": {"overdue", "taxes", "discount_total", "corrects_name"},
    "note": {"kind", "author_id"},
    "call": {"kind", "author_id"},
    "file": {"uploaded_by", "client_id"},
    "saved_view": {"user_id", "made_by"},
    "web_form": {"token"},
    "webhook": {"has_secret", "waiting", "dead", "secret"},
    "campaign_source": {"due_at", "state", "ran_at", "collected_at", "problem", "failures"},
}
CHANGES_NO_FIELD = {
    "campaign.exported", "campaign_source.tested", "client.exported", "client.told_apart", "deal.amended",
    "deal.exported", "deal_rules.changed", "exchange_rates.changed", "file.purged", "invoice.exported",
    "invoice.mail_failed", "invoice.mailed", "lead.exported", "lead.reordered", "note.exported",
    "product.exported", "quote.exported", "quote.mail_failed", "task.exported", "vehicle.exported",
    "vehicle.shared", "vehicle.unshared", "web_form.mail_failed", "web_form.submission_accepted",
    "web_form.submission_confirmed", "web_form.submission_discarded", "webhook.replayed",
    "webhook.secret_replaced", "webhook.tested",
}  # fmt: skip
AS_OTHERS = {
    "client.consent_changed", "client.erased", "client.merged", "client.unmerged", "custom_field.converted",
    "custom_field.purged", "invoice.reminded", "lead.attributed", "lead.erased", "quote.mailed",
    "quote.messaged",
}  # fmt: skip
"""They need a clock, a mail server or a number; their entries are made as those of their kind, or what is
erased and merged has tests of its own."""
SERVICE = [{"name": "In", "stale_days": 3}, {"name": "Out", "kind": "won"}]
EMPTY: tuple[Any, ...] = (None, [], {}, 0, False)
"""What a record has before anything is said of it."""


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


def act(owner: FlaskClient, path: str, method: str = "POST", **given: Any) -> Any:
    answer = owner.open(f"/api/{path}", method=method, json=given)
    assert answer.status_code < 300, (path, answer.get_data(as_text=True))
    return (answer.get_json(silent=True) or {}).get("data")


def bury_and_raise(owner: FlaskClient, path: str) -> None:
    act(owner, path, "DELETE")
    act(owner, f"{path}/restore")


def change_and_bury(owner: FlaskClient, path: str, given: Record, changes: Record) -> None:
    made_of = act(owner, path, **given)["id"]
    act(owner, f"{path}/{made_of}", "PATCH", **changes)
    bury_and_raise(owner, f"{path}/{made_of}")


def live_with_clients(owner: FlaskClient, ada: int) -> None:
    act(
        owner, f"clients/{ada}", "PATCH", job_title="Boss", tags=["VIP"], email="ada@example.org", notes="Tea"
    )
    act(owner, f"clients/{ada}", "PATCH", job_title=None)
    sent = {"file": (BytesIO(picture()), "ada.png")}
    assert owner.put(f"/api/clients/{ada}/picture", data=sent).status_code < 300
    bury_and_raise(owner, f"clients/{ada}")
    file = owner.post(f"/api/clients/{ada}/files", data={"file": (BytesIO(b"x"), "a.txt")}).get_json()["data"]
    bury_and_raise(owner, f"files/{file['id']}")
    for given in ({"text": "Met"}, {"text": "Rang", "kind": "call", "minutes": 5, "direction": "out"}):
        note = act(owner, "notes", subject="client", subject_id=ada, **given)["id"]
        act(owner, f"notes/{note}", "PATCH", text="Otherwise")
        bury_and_raise(owner, f"notes/{note}")
    task = act(owner, "tasks", title="Call", subject="client", subject_id=ada, due_at="2030-01-01T09:00:00Z")
    act(owner, f"tasks/{task['id']}", "PATCH", title="Write", due_at="2030-01-02T09:00:00Z")
    for done in (True, False, True):
        act(owner, f"tasks/{task['id']}", "PATCH", done=done)
    bury_and_raise(owner, f"tasks/{task['id']}")


def live_with_leads(owner: FlaskClient, ada: int) -> None:
    lead = act(owner, "leads", title="Roof", client_id=ada, value=12.5, source="fair")["id"]
    stages = owner.get("/api/pipelines").get_json()["data"][0]["stages"]
    for kind in ("open", "won", "lost", "open"):
        stage = next(each for each in stages if each["kind"] == kind)
        why = {"lost_reason": "Too dear"} if kind == "lost" else {}
        act(owner, f"leads/{lead}/stage", "PUT", stage_id=stage["id"], **why)
    act(owner, f"leads/{lead}", "PATCH", title="New roof", source=None)
    bury_and_raise(owner, f"leads/{lead}")
    for path, given, changes in (
        ("views", {"list": "leads", "name": "Mine", "query": "sort=title"}, {"name": "Ours"}),
        ("custom-fields", {"kind": "lead", "label": "Slope", "field_type": "number"}, {"label": "Angle"}),
        ("web-forms", {"name": "Site", "asked": [{"name": "email"}]}, {"button": "Go"}),
        ("pipelines", {"name": "Second", "stages": SERVICE}, {"name": "Third"}),
    ):
        change_and_bury(owner, path, given, changes)
    stage = act(owner, "pipelines/2/stages", name="Third", kind="open", probability=30)["id"]
    act(owner, f"stages/{stage}", "PATCH", name="Fourth", stale_days=5)
    bury_and_raise(owner, f"stages/{stage}")


def live_with_quotes(owner: FlaskClient, db: Database, ada: int) -> None:
    answers = {"accepted": accept_quote, "declined": decline_quote}
    for answer in answers.values():
        quote = made(owner, "/api/quotes", client_id=ada, lines=[LINE, {**LINE, "optional": True}])["id"]
        act(owner, f"quotes/{quote}", "PATCH", title="Roof", discount=5)
        first = act(owner, f"quotes/{quote}/links")
        act(owner, f"quotes/{quote}/links/{first['id']}", "DELETE")
        act(owner, f"quotes/{quote}", "PATCH", header="Dear Ada")
        token = act(owner, f"quotes/{quote}/links")["token"]
        db.write(answer, SYSTEM, token, QuoteAnswer(name="Ada", comment="Good", chosen=[1]))
    bury_and_raise(owner, f"quotes/{made(owner, '/api/quotes', lines=[LINE])['id']}")


def live_with_deals(owner: FlaskClient, ada: int) -> None:
    old = {"year": 2015, "make": "VW", "model": "Polo", "allowance": 500}
    product = made(owner, "/api/products", name="Mats", price=50, tracked=True)["id"]
    act(owner, f"products/{product}/stock-movements", quantity=5, reason="Bought")
    act(owner, f"products/{product}", "PATCH", price=60)
    bury_and_raise(owner, f"products/{product}")
    for steps in (("submit", "approve", "deliver", "return"), ("submit", "reopen", "cancel")):
        car = made(owner, "/api/vehicles", make="Ford", model="Focus", year=2024, price=10_000)["id"]
        act(owner, f"vehicles/{car}", "PATCH", mileage=100, colour="red")
        line = {"title": "Mats", "unit_price": 60, "product_id": product}
        deal = made(owner, "/api/deals", vehicle_id=car, scenario={"price": 10_000})["id"]
        act(owner, f"deals/{deal}/client", client_id=ada)
        act(owner, f"deals/{deal}", "PATCH", trade_ins=[old], lines=[line], notes="Soon")
        for step in steps:
            act(
                owner,
                f"deals/{deal}/{step}",
                **({"reason": "Broken"} if step in {"return", "cancel"} else {}),
            )
    bury_and_raise(owner, f"vehicles/{car}")
    bury_and_raise(owner, f"deals/{deal}")


def live_with_invoices(owner: FlaskClient, ada: int) -> None:
    draft = made(owner, "/api/invoices", client_id=ada, lines=[LINE])["id"]
    act(owner, f"invoices/{draft}", "PATCH", lines=[LINE, LINE], header="Dear Ada")
    bury_and_raise(owner, f"invoices/{draft}")
    act(owner, f"invoices/{draft}/issue")
    paid = act(owner, f"invoices/{draft}/payments", amount=20)
    act(owner, f"invoices/{draft}/payments", amount=30)
    act(owner, f"invoices/{draft}/payments/{paid['id']}", "DELETE")
    act(owner, f"invoices/{draft}/credit", lines=[LINE])
    owed = made(owner, "/api/invoices", client_id=ada, lines=[LINE])["id"]
    act(owner, f"invoices/{owed}/issue")
    act(owner, f"invoices/{owed}/payments", amount=119)
    act(owner, f"invoices/{owed}/credit")
    act(owner, f"invoices/{owed}/payments", amount=20, refund=True)


def live_with_programs(owner: FlaskClient) -> None:
    site = "https://example.org/"
    options = {"url": site, "day": "day", "campaign": "name"}
    source = {"platform": "http_json", "name": "Program", "options": options}
    for path, given, changes in (
        ("webhooks/outgoing", {"name": "Books", "url": site}, {"active": False, "kinds": ["client"]}),
        ("campaigns", {"name": "Spring", "budget": 100}, {"status": "paused", "budget": None}),
        ("kpis/sources", source, {"name": "Programs", "lookback_days": 5}),
    ):
        change_and_bury(owner, path, given, changes)


def folded(events: list[Record]) -> dict[tuple[str, int], Record]:
    """As the description of the API says it."""
    records: dict[tuple[str, int], Record] = {}
    for event in events:
        records.setdefault((event["kind"], event["id"]), {}).update(event["after"] or {})
    return records


def differences(kind: str, shown: Record, record: Record) -> dict[str, Any]:
    custom = {f"custom.{key}": value for key, value in shown.pop("custom", {}).items()}
    apart = BY_THE_EVENT | DERIVED.get(kind, set())
    found = {}
    for name, value in (shown | custom).items():
        if name in apart or name.endswith(("_name", "_title")) or (kind, name) in NAMES_OF_OTHERS:
            continue
        if not same(value, record.get(name)):
            found[name] = (value, record.get(name))
    return found


NAMES_OF_OTHERS = {("quote", "deal_number"), ("invoice", "quote_number"), ("invoice", "deal_number")}


def same(value: Any, told: Any) -> bool:
    """Parts of a record, such as lines, have what was written in them; the API adds what follows of it."""
    if value in EMPTY and told in EMPTY:
        return True
    if isinstance(value, list) and isinstance(told, list) and len(value) == len(told):
        return all(same(one, other) for one, other in zip(value, told, strict=True))
    if isinstance(value, dict) and isinstance(told, dict):
        return all(same(value.get(name), part) for name, part in told.items())
    return bool(value == told)


def test_each_record_is_what_its_events_make_of_it(owner: FlaskClient, db: Database) -> None:
    ada = make_buyer(owner)
    live_with_clients(owner, ada)
    live_with_leads(owner, ada)
    live_with_quotes(owner, db, ada)
    live_with_deals(owner, ada)
    live_with_invoices(owner, ada)
    live_with_programs(owner)
    events = events_of(owner)
    wrong = {}
    for (kind, record_id), record in folded(events).items():
        if kind not in PATHS:
            continue
        shown = owner.get(f"/api/{PATHS[kind]}/{record_id}").get_json()["data"]
        if found := differences(kind, shown, record):
            wrong[kind, record_id] = found
    assert not wrong, wrong
    told = {f"{event['kind']}.{event['verb']}" for event in events}
    wanted = {action for kind in PATHS for action in KINDS.by_name[kind].actions}
    assert wanted - told == CHANGES_NO_FIELD | AS_OTHERS
