"""Which engine the settings choose."""

from typing import Any

from crm.config import Settings
from crm.db.engine import Engine
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.statistics import Statistics
from crm.when_used import WhenUsed

POSTGRES: Any = WhenUsed("crm.db.postgres.server")


def engine_of(settings: Settings, statistics: Statistics) -> Engine:
    """The server's driver is loaded only where the settings name one."""
    if settings.database_url is None:
        return DatabaseFile(settings, statistics)
    server: Engine = POSTGRES.DatabaseServer(settings, statistics)
    return server
