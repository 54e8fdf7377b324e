"""Merges of clients in a workspace whose ids change on its way to another server."""

import orjson

from crm.db.transfer.archive import Record
from crm.db.transfer.importing import Distances
from crm.records.kinds import Kinds

FACTS = ("before", "after", "aside")


def move_merge(kinds: Kinds, distances: Distances, merge: Record) -> Record:
    """The ids within its stored values."""
    tables = {name: kind.table for name, kind in kinds.links.items()} | {"picture_id": "files"}
    for column in FACTS:
        facts = orjson.loads(str(merge[column]))
        moved = {
            name: value + distances.get(tables[name], 0)
            if name in tables and isinstance(value, int)
            else value
            for name, value in facts.items()
        }
        merge[column] = orjson.dumps(moved).decode()
    return merge


def move_noted_row(distances: Distances, move: Record) -> Record:
    table = str(move["place"]).partition(".")[0]
    move["moved_row"] = int(str(move["moved_row"])) + distances.get(table, 0)
    return move
