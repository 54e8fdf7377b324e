"""Whether any process has committed to the file since the last look."""

import threading
from pathlib import Path

import apsw

from crm.db.sqlite.engine import open_reader


class Freshness:
    """Has a reader of its own, opened when first used: a connection does not count its own commits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._closed = False
        self._revisions: dict[str, tuple[int, int]] = {}

    def version(self) -> int | None:
        """A number that each commit of others to the file changes; None when it is unknown.

        Ask before reading what is to be kept: what is committed after that moves the number.
        (https://www.sqlite.org/pragma.html#pragma_data_version)
        """
        with self._lock:
            if self._closed:
                return None
            try:
                if self._connection is None:
                    self._connection = open_reader(self._path)
                # Not by `pragma`, which prepares it anew each time.
                [(number,)] = self._connection.execute("PRAGMA data_version")
                return int(str(number))
            except apsw.Error:
                return None

    def revision(self, table: str, version: int) -> int | None:
        """The number in a table of one row, which triggers move; read again only after a commit.

        `version` was asked for before: what was committed until then is in the number.
        """
        with self._lock:
            known = self._revisions.get(table)
            if known is not None and known[0] == version:
                return known[1]
            if self._connection is None:
                return None
            try:
                [(number,)] = self._connection.execute(f"SELECT number FROM {table}")
            except apsw.Error:
                return None
            self._revisions[table] = version, int(str(number))
            return self._revisions[table][1]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None
