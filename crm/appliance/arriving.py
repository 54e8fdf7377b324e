"""Importing a workspace from Settings."""

from typing import IO

from crm.activity.activity import record
from crm.appliance.contents import list_workspace_ids
from crm.appliance.jobs import run_command
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transaction import Transaction
from crm.db.transfer.archive import Contents, TransferFailed
from crm.db.transfer.container import NoExport, opened_container
from crm.db.transfer.reading import ArchiveReader
from crm.errors import Forbidden, Invalid


def look_at_export(export: IO[bytes]) -> Contents:
    """Read the manifest; nothing is unpacked. Raises Invalid if the file is not an export."""
    try:
        with opened_container(export) as archive:
            return ArchiveReader(archive).contents
    except NoExport as error:
        raise Invalid.field("file", "must be the complete file of a workspace export") from error
    except TransferFailed as error:
        raise Invalid.field("file", error.message) from error


def begin_import(tx: Transaction, contents: Contents) -> None:
    """Record in the ledger that an export was sent. Raises Forbidden if the server has other
    workspaces, whose owners have a say in this.
    """
    if len(list_workspace_ids(tx.acting_as(SYSTEM))) > 1:
        raise Forbidden(
            "This server has several workspaces already. Import another one on the server "
            "itself, with `crm import-workspace`."
        )
    facts = {"exported_at": contents.exported_at, "rows": sum(contents.rows.values())}
    record(tx, "workspace.import_begun", "workspace", int(tx.actor.workspace_id or 0), after=facts)


def take_in_workspace(settings: Settings, export: IO[bytes]) -> None:
    """In a process of its own, as an import opens the database itself. Raises Conflict with the refusal."""
    export.seek(0)
    run_command(settings, "import-workspace", "/dev/stdin", given=export)
