"""Pausing and resuming what is sent, on this machine and on all others of the same database."""

from dataclasses import asdict

import orjson

from crm.config import Settings
from crm.db.restored import Restored, mark_restored, release_restored
from crm.db.shared_facts import RESTORED, forget_shared, keep_shared


def pause_sending(settings: Settings, restored: Restored) -> None:
    mark_restored(settings.sqlite_path, restored)
    if settings.database_url is not None:
        keep_shared(settings, RESTORED, orjson.dumps(asdict(restored)).decode())


def resume_sending(settings: Settings) -> None:
    """The others follow within seconds: each worker looks."""
    if settings.database_url is not None:
        forget_shared(settings, RESTORED)
    release_restored(settings.sqlite_path)
