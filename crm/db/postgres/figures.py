"""What the server says of its size."""

import time
from collections.abc import Callable
from typing import Any

LOG = b"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()"
LOG_SECONDS = 10.0
SIZES = b"""
    SELECT c.relname, pg_total_relation_size(c.oid)
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r'
     ORDER BY 2 DESC, 1
"""


class ServerFigures:
    """`ask` runs one statement."""

    def __init__(self, ask: Callable[[bytes], list[tuple[Any, ...]]]) -> None:
        self._ask = ask
        self._log_bytes, self._log_due = 0, 0.0

    def log_bytes(self) -> int:
        """Each process asks for it every second: the server is asked less often."""
        if self._log_due <= time.monotonic():
            self._log_due = time.monotonic() + LOG_SECONDS
            self._log_bytes = int(self._ask(LOG)[0][0])
        return self._log_bytes

    def data_bytes(self) -> int:
        return int(self._ask(b"SELECT pg_database_size(current_database())")[0][0])

    def table_sizes(self) -> list[tuple[str, int]]:
        return [(str(name), int(size)) for name, size in self._ask(SIZES)]
