"""A process of its own, as nothing that is forked may have the database open: for each line that it reads, it
tells platforms of conversions in a child that dies at the step of that number.
"""

import sys
from pathlib import Path

from crm import clock
from crm.campaigns.conversions.jobs import tell_conversions
from crm.kinds import open_database
from tests.support.mortal import run_until
from tests.support.places import settings_below


def work(folder: Path, platform: str) -> None:
    settings = settings_below(folder).model_copy(update={"meta_ads_url": platform})
    database = open_database(settings)
    tell_conversions(database, settings)
    database.close()


def main(folder: Path, platform: str) -> None:
    """Each line is the number and the time; the answer is the step, empty where it lived to its end."""
    for line in sys.stdin:
        fatal, _, now = line.strip().partition(" ")
        moment = clock.from_text(now)
        clock.set_source(lambda moment=moment: moment)  # type: ignore[misc]
        print(run_until(int(fatal), folder, lambda: work(folder, platform)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
