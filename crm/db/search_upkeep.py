"""Maintenance of the search indexes, as the engine needs it: a server maintains its own."""

from crm.db.database import Database
from crm.db.sqlite.search_merging import PAUSE, RUN_SECONDS, merge_searches, merge_wholly


def tidy_searches(db: Database, *, seconds: float = RUN_SECONDS, pause: float = PAUSE) -> bool:
    """Go on for that long; False when there is more to do.

    `pause` is how long others may write after each step, as a multiple of its duration.
    """
    return not db.in_file or merge_searches(db, seconds=seconds, pause=pause)


def rewrite_searches(db: Database, *, seconds: float) -> bool:
    """Write the search indexes anew without what was removed from them; False when that took too long."""
    return not db.in_file or merge_wholly(db, seconds=seconds)
