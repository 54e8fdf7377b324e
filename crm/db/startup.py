"""Making the database ready before it is opened, on the engine that the settings choose."""

from typing import Any

from crm.config import Settings
from crm.db.sqlite import startup as sqlite
from crm.when_used import WhenUsed

postgres: Any = WhenUsed("crm.db.postgres.startup")


def prepare(settings: Settings) -> None:
    """Pass the gates, create what is missing, migrate. Raises StartRefused."""
    if settings.database_url is None:
        sqlite.prepare(settings)
    else:
        postgres.prepare(settings)


def rehearse(settings: Settings) -> None:
    """Try all of it that can be tried beside a server at work, and change nothing. Raises StartRefused."""
    if settings.database_url is None:
        sqlite.rehearse(settings)
    else:
        postgres.rehearse(settings)
