"""A program that does not sync at each commit, in place of ours: what it loses, the harness must see."""

from crm.db.sqlite import engine

LEVELS = {"OFF": 0, "NORMAL": 1, "FULL": 2}


def sync_only(synchronous: str) -> None:
    """From here on the connections of this process are opened with that level; FULL is ours."""
    engine.PRAGMAS = (*engine.PRAGMAS, ("synchronous", synchronous, LEVELS[synchronous]))
