"""Where a backup takes the database from: the file, or a server, whose rows it puts into a file."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import apsw

from crm.config import Settings
from crm.db.backup.copying import copy_database
from crm.db.backup.report import BackupFailed, Report
from crm.db.presence import Occupied, Presence
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.gates import check_header
from crm.db.sqlite.process import is_open
from crm.db.sqlite.stored_files import stored_files
from crm.db.stored_files import StoredFile
from crm.when_used import WhenUsed

server: Any = WhenUsed("crm.db.moving.server_source")
WAIT_SECONDS = 10.0


class Source(Protocol):
    """Each raises BackupFailed, or another CrmError."""

    def must_exist(self) -> None:
        """There is something to back up."""

    def check(self) -> None:
        """It is what it should be."""

    def present(self) -> AbstractContextManager[None]:
        """Nobody replaces it meanwhile."""

    def engine(self) -> str:
        """Which one wrote the data, as the manifest says it."""

    def look(self) -> tuple[int, list[StoredFile]]:
        """About how many bytes its copy takes, and the files that its rows name."""

    def copy(self, target: Path, report: Report) -> dict[str, int]:
        """A consistent copy while it is written to; how many rows each table had at that moment."""


@dataclass(frozen=True, slots=True)
class FileSource:
    database: Path

    def must_exist(self) -> None:
        if not self.database.exists():
            raise BackupFailed(f"There is no database at {self.database}.")

    def check(self) -> None:
        if not is_open(self.database):
            check_header(self.database)

    @contextmanager
    def present(self) -> Iterator[None]:
        try:
            presence = Presence(self.database, WAIT_SECONDS)
        except Occupied as error:
            raise BackupFailed(str(error)) from error
        try:
            yield
        finally:
            presence.end()

    def engine(self) -> str:
        return apsw.sqlite_lib_version()

    def look(self) -> tuple[int, list[StoredFile]]:
        with closing(open_reader(self.database)) as file:
            pages = file.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            return int(str(pages.fetchall()[0][0])), stored_files(file)

    def copy(self, target: Path, report: Report) -> dict[str, int]:
        return copy_database(self.database, target, report.progress)


def source_of(settings: Settings) -> Source:
    if settings.database_url is None:
        return FileSource(settings.sqlite_path)
    made: Source = server.ServerSource(settings.database_url.get_secret_value())
    return made
