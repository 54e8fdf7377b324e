"""A workspace in a file that comes back: what goes along, and what its ledger says after a move."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crm.activity.activity import record
from crm.activity.chain import GENESIS, hash_entry, verify_chain
from crm.appliance.arriving_rows import admit_row, look_at_file, refuse_contradictions
from crm.appliance.entities import table_of
from crm.appliance.search import reindex_workspace
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.copies import Copy
from crm.db.transaction import Transaction
from crm.db.transfer.archive import Contents, Record, TransferFailed
from crm.db.transfer.exporting import Selection, export_workspace
from crm.db.transfer.importing import Arrival, Distances, Policy, import_workspace

LEFT_OUT = frozenset({"sessions", "devices", "idempotency_keys", "search_rebuilds"})
LEDGER = "activities"
_ID = re.compile(r"[0-9]{1,13}")
FILTERED_BY = {
    "owner_id": "users",
    "client_id": "clients",
    "company_id": "clients",
    "pipeline_id": "pipelines",
    "stage_id": "stages",
}


def export_to(settings: Settings, workspace_id: int, target: Path) -> Contents:
    """Raises TransferFailed when its ledger is broken, or a file is missing or damaged."""
    selection = Selection(LEFT_OUT, head_of_ledger)
    return export_workspace(settings.sqlite_path, settings.upload_folder, workspace_id, target, selection)


def import_from(settings: Settings, source: Path) -> Arrival:
    """Raises TransferFailed for whatever a written row or an uploaded file might not be."""
    policy = Policy(LEFT_OUT, admit_row, _inspect, look_at_file, _rewrites, _settle)
    return import_workspace(settings, source, policy)


def head_of_ledger(copy: Copy, actor: Actor) -> dict[str, Any]:
    report = copy.read(verify_chain, actor)
    if report.broken_at is not None:
        raise TransferFailed(f"The ledger is broken at entry {report.broken_at}: {report.reason}.")
    return {"entries": report.entries, "head": report.head}


def _inspect(copy: Copy, actor: Actor) -> dict[str, Any]:
    refuse_contradictions(copy)
    return head_of_ledger(copy, actor)


def _rewrites(distances: Distances) -> Mapping[str, Callable[[Record], Record]]:
    """Moved entries are chained anew, as their hashes cover the ids; those of their contents stay.

    Notes, tasks and saved views name records without a reference that the schema knows.
    """
    head = GENESIS

    def chain_anew(entry: Record) -> Record:
        nonlocal head
        for name in ("entity", "subject"):
            entry[f"{name}_id"] = int(str(entry[f"{name}_id"])) + distances.get(table_of(str(entry[name])), 0)
        entry["previous_hash"] = head
        head = entry["hash"] = hash_entry(entry)
        return entry

    def move_subject(record: Record) -> Record:
        if record["subject"] is not None:
            distance = distances.get(table_of(str(record["subject"])), 0)
            record["subject_id"] = int(str(record["subject_id"])) + distance
        return record

    def move_filters(view: Record) -> Record:
        pairs = parse_qsl(str(view["query"]))
        view["query"] = urlencode([(name, _moved_id(name, value, distances)) for name, value in pairs])
        return view

    return {LEDGER: chain_anew, "notes": move_subject, "tasks": move_subject, "saved_views": move_filters}


def _moved_id(name: str, value: str, distances: Distances) -> str:
    """Of a filter by a record; 0 asks for those that have none."""
    if name not in FILTERED_BY or value == "0" or not _ID.fullmatch(value):
        return value
    return str(int(value) + distances.get(FILTERED_BY[name], 0))


def _settle(tx: Transaction, arrival: Arrival) -> None:
    """What moved says so in its ledger, with the head that it had; what came as it was stays as it was."""
    reindex_workspace(tx)
    if arrival.moved:
        record(
            tx,
            "workspace.imported",
            "workspace",
            arrival.workspace_id,
            after={
                "from_workspace": arrival.contents.workspace_id,
                "exported_at": arrival.contents.exported_at,
                "entries": arrival.contents.facts["entries"],
                "head": arrival.contents.facts["head"],
                "manifest_sha256": arrival.manifest_sha256,
            },
        )
