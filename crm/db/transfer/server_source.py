"""A server as the source of an export: one snapshot, described by the schema that both engines have."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from crm.db.migrations import load_migrations
from crm.db.postgres.copies import SNAPSHOT, ServerCopy, long_connection
from crm.db.postgres.roles import see_all
from crm.db.postgres.schema import blueprint
from crm.db.postgres.startup import without_password
from crm.db.sqlite.tables import describe_tables
from crm.db.transfer.archive import TransferFailed


@contextmanager
def server_snapshot(address: str) -> Iterator[ServerCopy]:
    with closing(blueprint(load_migrations())) as plan:
        tables = describe_tables(plan)
    try:
        with long_connection(address) as there:
            there.execute(SNAPSHOT)
            see_all(there)
            yield ServerCopy(there, tables)
    except psycopg.Error as error:
        said = without_password(str(error), address)
        raise TransferFailed(f"The server of DATABASE_URL: {said}") from None
