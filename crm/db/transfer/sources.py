"""Where a workspace is exported from: one snapshot of the file, or of the server."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from crm.config import Settings
from crm.db.copy import Copy
from crm.db.sqlite.copies import Copy as FileCopy
from crm.db.sqlite.engine import open_reader
from crm.when_used import WhenUsed

server: Any = WhenUsed("crm.db.transfer.server_source")


@contextmanager
def opened_source(settings: Settings) -> Iterator[Copy]:
    """Nobody waits for it, and it sees nothing of what others write meanwhile. Raises TransferFailed."""
    if settings.database_url is not None:
        with server.server_snapshot(settings.database_url.get_secret_value()) as copy:
            yield copy
        return
    with closing(open_reader(settings.sqlite_path)) as connection:
        connection.execute("BEGIN")
        yield FileCopy(connection, in_transaction=True)
