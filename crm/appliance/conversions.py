"""Changes of the type of custom fields that are under way, in the worker."""

import time

from crm.appliance.contents import list_workspace_ids
from crm.config import Settings
from crm.custom_fields.conversion_pieces import go_on
from crm.custom_fields.conversions import conversions_under_way
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database

RUN_SECONDS = 20.0
PAUSE = 0.5
"""How long others may write after each piece, as a multiple of its duration."""


def convert_custom_fields(db: Database, _settings: Settings) -> bool:
    """Go on with all of them; False if there is more to do."""
    ends = time.monotonic() + RUN_SECONDS
    ended = [
        _go_on(db, Actor(workspace_id, began), field_id, ends)
        for workspace_id in db.read(list_workspace_ids, SYSTEM)
        for field_id, began in db.read(conversions_under_way, Actor(workspace_id, None))
    ]
    return all(ended)


def _go_on(db: Database, actor: Actor, field_id: int, ends: float) -> bool:
    while time.monotonic() < ends:
        started = time.monotonic()
        if not db.write(go_on, actor, field_id):
            return True
        time.sleep(PAUSE * (time.monotonic() - started))
    return False
