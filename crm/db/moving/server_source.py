"""A server as the source of a backup: all rows of one snapshot, put into a file as SQLite would have it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from crm.db.backup.report import BackupFailed, Report
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.moving.errors import MoveFailed
from crm.db.moving.leaving import fill_file
from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.copies import SNAPSHOT, long_connection
from crm.db.postgres.migrations import pending_migrations
from crm.db.postgres.roles import see_all
from crm.db.postgres.startup import without_password
from crm.db.stored_files import StoredFile, check_name
from crm.db.tables import quoted

SIZE = b"SELECT pg_database_size(current_database())"
WITH_FILES = b"""
    SELECT table_name
      FROM information_schema.columns
     WHERE table_schema = current_schema()
       AND column_name IN ('id', 'stored_name', 'size', 'sha256')
     GROUP BY table_name
    HAVING count(*) = 4
"""
FILES = "SELECT stored_name, size, sha256, id FROM {table} f WHERE to_jsonb(f) ->> 'purged_at' IS NULL"


@dataclass(frozen=True, slots=True)
class ServerSource:
    """Implements the source of `crm/db/backup/sources.py`."""

    address: str

    def must_exist(self) -> None:
        """Nothing can be said without asking it, which `check` does."""

    def check(self) -> None:
        with self._reading():
            pass

    def present(self) -> AbstractContextManager[None]:
        """The snapshot of the copy is what nobody can replace."""
        return nullcontext()

    def engine(self) -> str:
        with self._reading() as there:
            return f"PostgreSQL {there.info.server_version // 10_000}"

    def look(self) -> tuple[int, list[StoredFile]]:
        with self._reading() as there:
            size = int(there.execute(SIZE).fetchall()[0][0])
            tables = [str(name) for (name,) in there.execute(WITH_FILES)]
            found = [
                StoredFile(str(name), int(length), str(sha256), f"{table}/{row_id}")
                for table in tables
                for name, length, sha256, row_id in there.execute(FILES.format(table=quoted(table)).encode())
            ]
        for file in found:
            check_name(file.path, file.record)
        return size, sorted(set(found))

    def copy(self, target: Path, report: Report) -> dict[str, int]:
        """Nobody is made to wait: the server keeps the rows of that moment."""
        with self._reading() as there:
            return fill_file(there, target, report)

    @contextmanager
    def _reading(self) -> Iterator[PooledConnection]:
        try:
            with long_connection(self.address) as there:
                there.execute(SNAPSHOT)
                see_all(there)
                if pending_migrations(there, load_migrations()):
                    raise BackupFailed("The database is of an older version: start Holdfast on it once.")
                yield there
        except psycopg.Error as error:
            said = without_password(str(error), self.address)
            raise BackupFailed(f"The server of DATABASE_URL: {said}") from None
        except (MigrationRefused, MoveFailed) as error:
            raise BackupFailed(str(error)) from error
