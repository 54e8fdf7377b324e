"""A process that works on the database by known counts: for each line that it reads it does so much,
publishes its figures, and answers what it counted itself.
"""

import json
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from crm.db.actor import SYSTEM
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.kinds import open_database
from crm.monitoring.publishing import Publisher
from tests.support.places import settings_below
from tests.support.scratch import ENDLESS
from tests.support.threads import join_all

READ, WRITE, WRONG = "SELECT 1 AS known_read", "SELECT 2 AS known_write", "SELECT 3 FROM nowhere"
SLOW_MS, LONGEST_MS, FIRST_HOLD, SECOND_HOLD = 1_500, 2_000, 0.3, 1.2
READS, WRITES, PARTS, UNDONE, HOLDERS = 99, 5, 2, 3, 2


class Load:
    """Each counts what it does beside doing it."""

    def __init__(self, folder: Path, milliseconds: int) -> None:
        limits = {"db_transaction_timeout": milliseconds, "db_slow_query_threshold": SLOW_MS}
        self.settings = settings_below(folder).model_copy(update={**limits, "db_pool_max": HOLDERS})
        self.db = open_database(self.settings)
        self.publisher = Publisher(self.db, "web")
        self.released = threading.Event()
        self.counted = Counter[str]()

    def count(self, **counts: int) -> None:
        self.counted.update(counts)

    def reads(self) -> None:
        endless = threading.Thread(target=self.read_without_end)
        endless.start()
        self.leak()
        join_all(endless)
        for _ in range(READS):
            self.db.read(lambda tx: tx.value(READ), SYSTEM)
            self.count(total=1, committed=1, queries=1)
        with suppress(Exception):
            self.db.read(lambda tx: tx.value(WRONG), SYSTEM)
        self.count(total=1, rolled_back=1, queries=1, failed_queries=1)

    def read_without_end(self) -> None:
        """Until its deadline: it is slow, failed, and its transaction gave up."""
        with suppress(Busy):
            self.db.read(lambda tx: tx.value(ENDLESS), SYSTEM)
        self.count(total=1, busy=1, queries=1, failed_queries=1, slow=1)

    def leak(self) -> None:
        """A transaction that is left open until the watchdog ends it."""
        ended = threading.Event()

        def leave_open() -> None:
            with suppress(Busy):
                self.db.read(lambda tx: (tx.value(READ), ended.wait(30)), SYSTEM)

        thread = threading.Thread(target=leave_open)
        thread.start()
        while not self.db.statistics.transactions("read").outcomes.get("leaked"):
            time.sleep(0.02)
        ended.set()
        join_all(thread)
        self.count(total=1, leaks=1, queries=1)

    def writes(self) -> None:
        for _ in range(WRITES):
            self.db.write(write_in_parts, SYSTEM)
            self.count(total=1, committed=1, queries=PARTS, savepoints=PARTS)
        for _ in range(UNDONE):
            with suppress(KeyError):
                self.db.write(change_mind, SYSTEM)
            self.count(total=1, rolled_back=1, queries=1)
        for seconds in (FIRST_HOLD, SECOND_HOLD):
            self.write_behind(seconds)
            self.count(total=1, committed=1, queries=1, retried=1, delayed=int(seconds > 1))
        with suppress(Busy):
            self.write_behind(30)
        self.count(total=1, busy=1)

    def write_behind(self, seconds: float) -> None:
        """Behind a connection of a stranger that holds the lock so long, at most until this gave up."""
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            stranger = open_writer(self.settings.sqlite_path)
            stranger.execute("BEGIN IMMEDIATE")
            held.set()
            done.wait(seconds)
            stranger.execute("ROLLBACK")
            stranger.close()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(10)
        try:
            self.db.write(lambda tx: tx.value(WRITE), SYSTEM)
        finally:
            done.set()
            join_all(thread)

    def hold(self) -> None:
        """All connections for reading, with a thread that waits for one."""
        for _ in range(HOLDERS + 1):
            threading.Thread(target=self.hold_one, daemon=True).start()
        while self.db.engine.pool().waiting < 1:
            time.sleep(0.02)

    def hold_one(self) -> None:
        self.db.read(lambda tx: (tx.value(READ), self.released.wait(60)), SYSTEM)

    def release(self) -> None:
        self.released.set()
        while self.db.statistics.transactions("read").count < HOLDERS + 1:
            time.sleep(0.02)
        self.count(total=HOLDERS + 1, committed=HOLDERS + 1, queries=HOLDERS + 1)


def write_in_parts(tx: Transaction) -> None:
    for _ in range(PARTS):
        with tx.savepoint():
            tx.value(WRITE)


def change_mind(tx: Transaction) -> None:
    tx.value(WRITE)
    raise KeyError


def main(folder: Path, milliseconds: int) -> None:
    load = Load(folder, milliseconds)
    acts = {"reads": load.reads, "writes": load.writes, "hold": load.hold, "release": load.release}
    for line in sys.stdin:
        load.counted.clear()
        acts[line.strip()]()
        load.publisher.publish()
        print(json.dumps(load.counted), flush=True)  # noqa: T201
    load.db.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
