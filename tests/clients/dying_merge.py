"""Merges two clients and separates them, in processes that die by `kill -9` at one step after the other.

Each line printed is one process: its story, the step before which it died ("" when it lived), and what a
fresh one finds then. The database is opened in forks alone.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from crm.clients.merge_fields import ClientMerge, ClientUnmerge
from crm.clients.merges import merge_clients
from crm.clients.unmerging import unmerge_client
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.forks import in_fork
from tests.support.mortal import run_until
from tests.support.places import settings_below

EVERY = 5
MOST_STEPS = 400


def main(folder: str, workspace: str, user: str, winner: str, loser: str) -> None:
    settings, who = settings_below(Path(folder)), Actor(int(workspace), int(user))
    merge = partial(_merge, settings, who, int(winner), int(loser))
    unmerge = partial(_unmerge, settings, who, int(winner))
    for story, work in (("merge", merge), ("unmerge", unmerge)):
        for fatal in range(1, MOST_STEPS, EVERY):
            step = run_until(fatal, settings.upload_folder, work)
            found = in_fork(partial(_look, settings, who, int(winner)))
            sys.stdout.write(f"{json.dumps([story, step, found])}\n")
            if not step:
                break


def _merge(settings: Settings, who: Actor, winner: int, loser: int) -> None:
    database = open_database(settings)
    database.write(merge_clients, who, winner, ClientMerge(other_id=loser))
    database.close()


def _unmerge(settings: Settings, who: Actor, winner: int) -> None:
    database = open_database(settings)
    database.write(unmerge_client, who, winner, ClientUnmerge())
    database.close()


def _look(settings: Settings, who: Actor, winner: int, tell: Callable[[str], object]) -> None:
    database = open_database(settings)
    tell(database.read(_state, who, winner))
    database.close()


def _state(tx: Transaction, winner: int) -> str:
    """Whether all is merged, or nothing: live clients, and whose notes and leads there are."""
    counts = [
        tx.value(f"SELECT count(*) FROM {what} AND workspace_id = :workspace_id", **params)
        for what, params in (
            ("clients WHERE deleted_at IS NULL", {}),
            ("notes WHERE subject_id = :winner", {"winner": winner}),
            ("leads WHERE client_id = :winner", {"winner": winner}),
            ("activities WHERE action = 'client.merged'", {}),
        )
    ]
    return " ".join(map(str, counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
