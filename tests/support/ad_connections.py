"""Connections to advertising platforms for tests, and deliveries as Meta sends them."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from crm import clock
from crm.campaigns.connections.connection import Connection
from crm.campaigns.connections.connections import create_connection
from crm.campaigns.connections.fields import NewConnection
from crm.campaigns.lead_ads.arrivals import LeadAdArrival, Told, list_arrivals, store_told
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.vault import Vault
from tests.support.web_forms import add_web_form

APP_SECRET = "app-s3cret"
PAGE_ID = "444444444444"
ACCESS = {"app_secret": APP_SECRET, "access_token": "t0ken"}


def add_lead_page(
    db: Database, who: Actor, vault: Vault, form_id: int | None = None, **given: Any
) -> Connection:
    form = form_id or add_web_form(db, who).id
    named = {"purpose": "meta_leads", "name": "Page", "account": PAGE_ID, "credentials": ACCESS}
    fields = parse_fields(NewConnection, {**named, "form_id": form, **given})
    return db.write(create_connection, who, vault, fields)


def tell(db: Database, who: Actor, connection: Connection, *leadgen_ids: str) -> None:
    told = [Told(each, json.dumps({"leadgen_id": each})) for each in leadgen_ids]
    db.write(store_told, who, connection.id, told)


def arrivals_of(db: Database, who: Actor, connection: Connection) -> list[LeadAdArrival]:
    """The oldest first."""
    return db.read(list_arrivals, who, connection.id, limit=200).rows[::-1]


def leadgen(*leadgen_ids: str | int, page_id: str = PAGE_ID) -> bytes:
    """A delivery of Meta that tells of these leads."""
    values = [
        {"leadgen_id": each, "page_id": page_id, "form_id": "12", "created_time": 1764316800}
        for each in leadgen_ids
    ]
    changes = [{"field": "leadgen", "value": value} for value in values]
    entry = {"id": page_id, "time": 1764316800, "changes": changes}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signed(raw: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "content-type": "application/json"}


def lead_of(leadgen_id: str, **answers: str) -> dict[str, Any]:
    """As Meta tells a lead that was sent two hours ago: each question with its answers."""
    sent = (clock.now() - timedelta(hours=2)).replace(microsecond=0)
    said = {"full_name": "Ada Lovelace", "email": f"ada{leadgen_id}@example.com", **answers}
    return {
        "id": leadgen_id,
        "created_time": sent.isoformat().replace("+00:00", "+0000"),
        "ad_id": "120210000000000009",
        "ad_name": "Car, red",
        "campaign_id": "120210000000000001",
        "campaign_name": "Winter",
        "form_id": "12",
        "is_organic": False,
        "platform": "ig",
        "field_data": [{"name": name, "values": [text]} for name, text in said.items()],
    }


def add_odd_connection(db: Database, owner: Actor, vault: Vault, name: str) -> dict[str, list[int]]:
    """As a form holds it, with a lead that waits."""
    made = add_lead_page(db, owner, vault, name=name, consent_text=f"{name}\n{name}")
    tell(db, owner, made, "1")
    return {"connection_id": [made.id], "arrival_id": [arrivals_of(db, owner, made)[0].id]}
