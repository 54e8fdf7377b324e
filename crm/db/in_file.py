"""What works on SQLite's file alone: its snapshots."""

from crm.config import Settings
from crm.errors import Conflict, Sentence

NOT_ON_SERVER = Sentence(
    "Not on PostgreSQL: going back to the snapshot of before an upgrade works with SQLite alone."
)


def must_be_in_file(settings: Settings) -> None:
    """Raises Conflict where a server keeps the data: a file that is there, too, is not what is in use."""
    if settings.database_url is not None:
        raise Conflict(NOT_ON_SERVER)
