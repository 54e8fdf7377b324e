"""Clients for tests, made as the application makes them."""

from typing import Any

from crm.clients.client import Client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import NewClient, PatchedClient
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields


def add_client(db: Database, who: Actor, **given: object) -> Client:
    fields = parse_fields(NewClient, {"name": "Anna Nowak", **given})
    return db.write(create_client, who, fields, allow_duplicate=fields.allow_duplicate)


def patch_client(db: Database, who: Actor, client_id: int, given: dict[str, Any], **options: Any) -> Client:
    return db.write(change_client, who, client_id, parse_fields(PatchedClient, given), **options)
