"""Run as a process: set a workspace up again and again, each time killed before the next statement.

Prints one line for each attempt: the number of the statement that it died at, and how many rows were there
after. Ends with the attempt that came through, whose number is 0. Each attempt is a fork of its own, since a
database is not opened before a fork.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import apsw

from crm.accounts.setup import setup_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.sqlite.session import SQLiteSession
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.forks import status_of
from tests.support.people import PASSWORD_HASH, setup_fields

TABLES = ("workspaces", "users", "activities", "activity_contents", "pipelines", "stages")
MOST_STATEMENTS = 90


def set_up_until(tx: Transaction, fatal: int) -> None:
    count = 0

    def watch(_: apsw.Cursor, __: str, ___: object) -> bool:
        nonlocal count
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    assert isinstance(tx._session, SQLiteSession)
    tx._session.connection.exec_trace = watch
    setup_workspace(tx, setup_fields(), PASSWORD_HASH, furnish_workspace)


def count_rows(tx: Transaction) -> int:
    return sum(tx.value(f"SELECT COUNT(*) FROM {table}") for table in TABLES)


def in_fork(work: Callable[[], int]) -> int:
    """The exit status of a fork that does this work: its result, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        os._exit(work())
    return status_of(pid)


def main(folder: Path) -> None:
    settings = Settings(
        sqlite_path=folder / "data" / "crm.db",
        upload_folder=folder / "uploads",
        backup_dir=folder / "backups",
    )

    def attempt() -> int:
        open_database(settings).write(set_up_until, SYSTEM, fatal)
        return 0

    def look() -> int:
        return open_database(settings).read(count_rows, SYSTEM)

    for fatal in range(1, MOST_STATEMENTS):
        status = in_fork(attempt)
        print(fatal if status == -signal.SIGKILL else status, in_fork(look), flush=True)  # noqa: T201
        if status != -signal.SIGKILL:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
