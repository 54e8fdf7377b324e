"""What works on SQLite's file alone: backups, restoring, moving workspaces."""

from crm.config import Settings
from crm.errors import Conflict, Sentence

NOT_ON_SERVER = Sentence(
    "Not on PostgreSQL yet: backups, restoring and moving workspaces work with SQLite alone. "
    "Back up with pg_dump and a copy of the uploads; docs/scaling.md says how."
)


def must_be_in_file(settings: Settings) -> None:
    """Raises Conflict where a server keeps the data: a file that is there, too, is not what is in use."""
    if settings.database_url is not None:
        raise Conflict(NOT_ON_SERVER)
