"""A workspace in a file that comes back: what goes along, and what its ledger says after a move."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crm.activity.activity import record
from crm.activity.chain import GENESIS, hash_entry, verify_chain
from crm.appliance.entities import table_of
from crm.appliance.search import reindex_workspace
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.copies import Copy
from crm.db.transaction import Transaction
from crm.db.transfer.archive import Contents, Record, TransferFailed
from crm.db.transfer.exporting import Selection, export_workspace
from crm.db.transfer.importing import Arrival, Distances, Policy, import_workspace

LEFT_OUT = frozenset({"sessions", "devices", "idempotency_keys"})
LEDGER = "activities"


def export_to(settings: Settings, workspace_id: int, target: Path) -> Contents:
    """Raises TransferFailed when its ledger is broken, or a file is missing or damaged."""
    selection = Selection(LEFT_OUT, head_of_ledger)
    return export_workspace(settings.sqlite_path, settings.upload_folder, workspace_id, target, selection)


def import_from(settings: Settings, source: Path) -> Arrival:
    policy = Policy(LEFT_OUT, head_of_ledger, _rewrites, _settle)
    return import_workspace(settings, source, policy)


def head_of_ledger(copy: Copy, actor: Actor) -> dict[str, Any]:
    report = copy.read(verify_chain, actor)
    if report.broken_at is not None:
        raise TransferFailed(f"The ledger is broken at entry {report.broken_at}: {report.reason}.")
    return {"entries": report.entries, "head": report.head}


def _rewrites(distances: Distances) -> Mapping[str, Callable[[Record], Record]]:
    """Moved entries are chained anew, as their hashes cover the ids; those of their contents stay."""
    head = GENESIS

    def chain_anew(entry: Record) -> Record:
        nonlocal head
        for name in ("entity", "subject"):
            entry[f"{name}_id"] = int(str(entry[f"{name}_id"])) + distances.get(table_of(str(entry[name])), 0)
        entry["previous_hash"] = head
        head = entry["hash"] = hash_entry(entry)
        return entry

    return {LEDGER: chain_anew}


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
