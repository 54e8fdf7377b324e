"""Exporting and importing a workspace: what is included, and its ledger after ids have changed."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from crm.accounts.tokens import end_monitor_tokens
from crm.activity.activity import record
from crm.activity.chain import GENESIS, hash_entry, verify_chain
from crm.activity.operations import measure_anew
from crm.appliance.arriving_rows import admit_row, look_at_file, refuse_contradictions
from crm.appliance.merges_in_transfer import move_merge, move_noted_row
from crm.appliance.reindexing import reindex_workspace
from crm.config import Settings
from crm.custom_fields.custom_field import KEPT
from crm.db.actor import SYSTEM, Actor
from crm.db.copy import Copy
from crm.db.transaction import Transaction
from crm.db.transfer.archive import Contents, Record, TransferFailed
from crm.db.transfer.exporting import Selection, export_workspace
from crm.db.transfer.importing import Arrival, Distances, Policy, import_workspace
from crm.kinds import KINDS
from crm.records.kind import Pointer
from crm.records.kinds import Kinds
from crm.web_forms.kind import WEB_FORM
from crm.webhooks.kind import WEBHOOK
from crm.webhooks.rows import WITHHELD

LEFT_OUT = frozenset(
    {
        "sessions", "devices", "idempotency_keys", "search_rebuilds",
        "custom_values", "custom_conversions", "custom_conversion_changes",
        "imports", "import_problems", "import_mappings", "external_ids",
        "client_blocks", "client_scans", "erasures", "quote_links", "stock_links",
        "webhook_deliveries", "webhook_attempts",
        "web_forms", "web_form_submissions", "web_form_mails", "web_form_files",
        "report_files", "report_file_pieces", "campaign_sources", "campaign_source_runs",
        "campaign_source_pages", "ad_connections", "lead_ad_arrivals", "ad_conversions",
    }
)  # fmt: skip
# What was sent by a web form and is on no lead yet stays with the form.
ONLY = {"files": f"subject <> '{WEB_FORM.name}'"}
LEDGER = "activities"
Rewrite = Callable[[Record], Record]
_ID = re.compile(r"[0-9]{1,13}")


def export_to(settings: Settings, workspace_id: int, target: Path) -> Contents:
    """Raises TransferFailed when its ledger is broken, or a file is missing or damaged."""
    selection = Selection(LEFT_OUT, head_of_ledger, {WEBHOOK.table: WITHHELD}, ONLY)
    return export_workspace(settings, workspace_id, target, selection)


def import_from(settings: Settings, source: Path, kinds: Kinds = KINDS) -> Arrival:
    """Raises TransferFailed for rows and files that could not have been saved here."""
    policy = Policy(
        LEFT_OUT,
        partial(admit_row, kinds.rows),
        partial(_inspect, kinds),
        look_at_file,
        partial(_rewrites, kinds),
        _finish_arrival,
        kinds,
        kinds.migrations,
    )
    return import_workspace(settings, source, policy)


def head_of_ledger(copy: Copy, actor: Actor) -> dict[str, Any]:
    report = copy.read(verify_chain, actor)
    if report.broken_at is not None:
        raise TransferFailed(f"The ledger is broken at entry {report.broken_at}: {report.reason}.")
    return {"entries": report.entries, "head": report.head}


def _inspect(kinds: Kinds, copy: Copy, actor: Actor) -> dict[str, Any]:
    refuse_contradictions(kinds, copy)
    return head_of_ledger(copy, actor)


def _rewrites(kinds: Kinds, distances: Distances) -> Mapping[str, Rewrite]:
    """What the schema does not know as references: entries of the ledger, what hangs on a record of any kind,
    places among ids, and the filters of saved views.
    """
    hanging = {
        kind.hanging: partial(_move_bearer, kinds, distances, kind.hangs_on)
        for kind in kinds
        if kind.hangs_on is not None
    }
    places = {
        pointer.of or kind.table: partial(_move_place, distances, pointer)
        for kind in kinds
        for pointer in kind.pointers
        if not pointer.in_schema
    }
    views = partial(_move_filters, kinds, distances)
    values = {kinds.by_name[name].table: partial(_move_custom, kinds, distances) for name in kinds.customized}
    defaults = partial(_move_default, kinds, distances)
    return {
        **hanging,
        **places,
        LEDGER: _chain_anew(kinds, distances),
        "saved_views": views,
        **values,
        "custom_fields": defaults,
        "client_merges": partial(move_merge, kinds, distances),
        "client_merge_moves": partial(move_noted_row, distances),
    }


def _chain_anew(kinds: Kinds, distances: Distances) -> Rewrite:
    """Chain the moved entries again, as their hashes cover the ids; ids inside their values stay."""
    head = GENESIS

    def chain(entry: Record) -> Record:
        nonlocal head
        for name in ("entity", "subject"):
            distance = distances.get(kinds.table_of(str(entry[name])), 0)
            entry[f"{name}_id"] = int(str(entry[f"{name}_id"])) + distance
        entry["previous_hash"] = head
        head = entry["hash"] = hash_entry(entry)
        return entry

    return chain


def _move_bearer(kinds: Kinds, distances: Distances, columns: tuple[str, str], record: Record) -> Record:
    name, number = columns
    if record[name] is not None:
        distance = distances.get(kinds.table_of(str(record[name])), 0)
        record[number] = int(str(record[number])) + distance
    return record


def _move_place(distances: Distances, pointer: Pointer, record: Record) -> Record:
    if record[pointer.column] is not None:
        record[pointer.column] = int(str(record[pointer.column])) + distances[pointer.table]
    return record


def _move_filters(kinds: Kinds, distances: Distances, view: Record) -> Record:
    """Of a filter by a record; 0 asks for those that have none."""
    pairs = [
        (name, str(int(value) + distances.get(kinds.links[name].table, 0)))
        if name in kinds.links and value != "0" and _ID.fullmatch(value)
        else (name, value)
        for name, value in parse_qsl(str(view["query"]))
    ]
    view["query"] = urlencode(pairs)
    return view


def _move_custom(kinds: Kinds, distances: Distances, record: Record) -> Record:
    """Of the values of custom fields that are other records: {"client": 7}."""
    if record["custom"] is not None:
        values = orjson.loads(str(record["custom"]))
        moved = {
            _moved_key(distances, key): _moved_value(kinds, distances, value) for key, value in values.items()
        }
        record["custom"] = orjson.dumps(moved).decode()
    return record


def _moved_key(distances: Distances, key: str) -> str:
    """The name of a value whose field had another type before has the id of the field that it is kept in."""
    number = key.removeprefix(KEPT)
    return key if number == key else f"{KEPT}{int(number) + distances['custom_fields']}"


def _move_default(kinds: Kinds, distances: Distances, record: Record) -> Record:
    if record.get("kept_in") is not None:
        record["kept_in"] = int(str(record["kept_in"])) + distances["custom_fields"]
    if record["default_value"] is not None:
        value = _moved_value(kinds, distances, orjson.loads(str(record["default_value"])))
        record["default_value"] = orjson.dumps(value).decode()
    return record


def _moved_value(kinds: Kinds, distances: Distances, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: number + distances.get(kinds.table_of(name), 0) for name, number in value.items()}


def _refuse_twice(tx: Transaction) -> None:
    """The first entry's salted content is nobody else's, whatever became of the ids."""
    twice = tx.acting_as(SYSTEM).value(
        """
        SELECT 1
          FROM activities a
          JOIN workspaces w  ON w.id <> a.workspace_id
          JOIN activities b  ON b.workspace_id = w.id AND b.seq = a.seq
         WHERE a.workspace_id = :arrived
           AND a.seq = 1
           AND b.content_hash = a.content_hash
        """,
        arrived=tx.actor.workspace_id,
    )
    if twice:
        raise TransferFailed("This workspace is already on this server.")


def _finish_arrival(tx: Transaction, arrival: Arrival) -> None:
    """What moved says so in its ledger, with the head that it had; what came as it was stays as it was."""
    _refuse_twice(tx)
    reindex_workspace(tx)
    measure_anew(tx)
    end_monitor_tokens(tx)
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
