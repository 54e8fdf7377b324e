"""The search for clients that stand twice, in the worker."""

import time

from crm.appliance.contents import list_workspace_ids
from crm.clients.duplicate_scan import scan_some
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database

RUN_SECONDS = 20.0
PAUSE = 0.5
"""How long others may write after each piece, as a multiple of its duration."""


def find_duplicates(db: Database, _settings: Settings) -> bool:
    """Look through new and changed clients; False if there are more."""
    ends = time.monotonic() + RUN_SECONDS
    workspaces = db.read(list_workspace_ids, SYSTEM)
    ended = [_look_through(db, Actor(workspace_id, None), ends) for workspace_id in workspaces]
    return all(ended)


def _look_through(db: Database, actor: Actor, ends: float) -> bool:
    while time.monotonic() < ends:
        started = time.monotonic()
        if not db.write(scan_some, actor):
            return True
        time.sleep(PAUSE * (time.monotonic() - started))
    return False
