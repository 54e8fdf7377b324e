"""What the worker does for conversations."""

from functools import cache

from crm.config import Settings
from crm.conversations.inbound.fetching import fetch_due
from crm.conversations.inbound.projection import project_due
from crm.conversations.inbound.undecided import decide_due
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.thread.conversations import wake_snoozed
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.db.database import Database
from crm.secret_key import open_vault

MEGABYTE = 1024 * 1024


def project_arrivals(db: Database, settings: Settings) -> int:
    return project_due(db, post_of(settings).media)


def decide_deliveries(db: Database, settings: Settings) -> int:
    post = post_of(settings)
    return decide_due(db, post.vault, CloudApi(settings.whatsapp_base_url))


def send_messages(db: Database, settings: Settings) -> int:
    return send_due(db, post_of(settings))


def fetch_media(db: Database, settings: Settings) -> int:
    return fetch_due(db, post_of(settings), settings.max_upload_mb * MEGABYTE)


def wake_conversations(db: Database, _settings: Settings) -> int:
    return wake_snoozed(db)


@cache
def post_of(settings: Settings) -> Post:
    """Made once for a process: it keeps connections."""
    media = {"whatsapp": CloudApi(settings.whatsapp_base_url)}
    return Post(open_vault(settings), media, settings.upload_folder)
