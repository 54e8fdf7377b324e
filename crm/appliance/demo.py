"""Made-up records of each kind that has examples, created over two years."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from crm import clock
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.search_upkeep import tidy_searches
from crm.db.transaction import Transaction
from crm.records.examples import Course, Examples
from crm.records.kinds import Kinds, kinds_of

BATCH = 1_000
MOMENTS = 400
MERGE_SECONDS = 60.0
PAST = timedelta(days=700)


def kinds_with_examples(kinds: Kinds) -> dict[str, Examples]:
    """By table, in the order in which they are made: those that name others come later."""
    return {kind.table: kind.examples for kind in kinds if isinstance(kind.examples, Examples)}


def fill_with_examples(
    db: Database, who: Actor, counts: Mapping[str, int], *, seed: int = 1
) -> Iterator[int]:
    """Make so many of each kind, by table; yields how many of the first there are after each step.

    A run that was stopped goes on where it was. Raises Conflict where somebody has entered such records.
    """
    courses = db.read(_begin, who, counts, seed)
    total = next(iter(counts.values()))
    batch = max(1, min(BATCH, total // MOMENTS))
    start, end = clock.now() - PAST, clock.now()
    try:
        for made in range(0, total, batch):
            _set_clock(start + (end - start) * (made / total))
            done = min(made + batch, total)
            for table, course in courses.items():
                db.write(course.go_on, who, counts[table] * done // total)
            yield done
    finally:
        clock.set_source(None)
    tidy_searches(db, seconds=MERGE_SECONDS, pause=0)


def picture_examples(db: Database, who: Actor, tables: Iterable[str], store: FileStore) -> None:
    """Draw pictures for the newest of those kinds that have some."""
    known = db.read(_known, who)
    for table in tables:
        draw = known[table].picture
        if draw is not None:
            draw(db, who, store)


def _known(tx: Transaction) -> dict[str, Examples]:
    return kinds_with_examples(kinds_of(tx))


def _begin(tx: Transaction, counts: Mapping[str, int], seed: int) -> dict[str, Course]:
    known = _known(tx)
    return {
        table: known[table].begin(tx, Random(seed))  # noqa: S311 - the same demo each time
        for table in counts
    }


def _set_clock(moment: datetime) -> None:
    clock.set_source(lambda: moment)
