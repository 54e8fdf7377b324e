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
