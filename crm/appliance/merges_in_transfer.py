"""Merges of clients in a workspace whose ids change on its way to another server."""

from collections.abc import Mapping
from typing import Any

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
        merge[column] = orjson.dumps(_moved(tables, distances, facts)).decode()
    return merge


def _moved(tables: Mapping[str, str], distances: Distances, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Also in the parts of a list, such as the companies of a client."""
    return {
        name: value + distances.get(tables[name], 0)
        if name in tables and isinstance(value, int)
        else [_moved(tables, distances, part) if isinstance(part, dict) else part for part in value]
        if isinstance(value, list)
        else value
        for name, value in facts.items()
    }


def move_noted_row(distances: Distances, move: Record) -> Record:
    table = str(move["place"]).partition(".")[0]
    move["moved_row"] = int(str(move["moved_row"])) + distances.get(table, 0)
    return move
