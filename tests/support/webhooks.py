"""A webhook, a source of figures and a connection to a platform as forms hold them."""

from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.sources import create_source
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.vault import Vault
from crm.webhooks.deliveries import send_test
from crm.webhooks.fields import NewWebhook
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.webhooks import create_webhook
from tests.support.ad_connections import add_odd_connection


def add_odd_webhook(db: Database, owner: Actor, vault: Vault, name: str) -> dict[str, list[int]]:
    chosen = {"kinds": ["client", "lead"], "verbs": ["moved"]}
    given = {"name": name, "url": "https://example.org/a?b=c&d='e'", **chosen}
    fields = parse_fields(NewWebhook, given)
    made = db.write(create_webhook, owner, vault, (), fields, new_webhook_secret())
    return {
        "webhook_id": [made.id],
        "delivery_id": [db.write(send_test, owner, made.id).id],
        "source_id": [_add_odd_source(db, owner, vault, name)],
        **add_odd_connection(db, owner, vault, name),
    }


def _add_odd_source(db: Database, owner: Actor, vault: Vault, name: str) -> int:
    options = {
        "url": "https://example.org/a?b=c&d='e'",
        "day": "day",
        "campaign": "name",
        "rows": "data.items",
    }
    fields = parse_fields(NewSource, {"platform": "http_json", "name": name, "options": options})
    return db.write(create_source, owner, vault, (), fields).id
