"""A process of its own, as nothing that is forked may have the database open: for each line that it reads, it
does the worker's part of telling webhooks in a child that dies at the step of that number.
"""

import sys
from pathlib import Path

from crm import clock
from crm.kinds import open_database
from crm.webhooks.projection import project_due
from crm.webhooks.sending import Sender, send_due
from tests.support.mortal import run_until
from tests.support.places import settings_below
from tests.webhooks.conftest import LOOPBACK, VAULT


def work(folder: Path) -> None:
    database = open_database(settings_below(folder))
    project_due(database)
    send_due(database, Sender(VAULT, LOOPBACK), seconds=20)
    database.close()


def main(folder: Path) -> None:
    """Each line is the number and the time; the answer is the step, empty where it lived to its end."""
    for line in sys.stdin:
        fatal, _, now = line.strip().partition(" ")
        moment = clock.from_text(now)
        clock.set_source(lambda moment=moment: moment)  # type: ignore[misc]
        print(run_until(int(fatal), folder, lambda: work(folder)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
