"""A workspace that its owner takes into the appliance from Settings, rather than by the command."""

import zipfile
from typing import IO

from crm.activity.activity import record
from crm.appliance.contents import list_workspace_ids
from crm.appliance.jobs import run_command
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.db.transfer.archive import ArchiveReader, TransferFailed
from crm.errors import Forbidden, Invalid


def begin_import(tx: Transaction, db: Database, export: IO[bytes]) -> None:
    """Look at the file and note in the ledger that it was sent. Raises Forbidden where others have workspaces
    here, for whom one owner cannot decide what stands beside them; Invalid when it is no export.
    """
    if len(db.read(list_workspace_ids, SYSTEM)) > 1:
        raise Forbidden(
            "Several workspaces are here; one more is taken in on the machine itself only, "
            "by `crm import-workspace`."
        )
    try:
        with zipfile.ZipFile(export) as archive:
            contents = ArchiveReader(archive).contents
    except (zipfile.BadZipFile, TransferFailed, OSError) as error:
        raise Invalid.field("file", "must be the whole file of an exported workspace") from error
    facts = {"exported_at": contents.exported_at, "rows": sum(contents.rows.values())}
    record(tx, "workspace.import_begun", "workspace", int(tx.actor.workspace_id or 0), after=facts)


def take_in_workspace(settings: Settings, export: IO[bytes]) -> None:
    """In a process of its own, as an import opens the database anew. Raises Conflict with what is refused."""
    export.seek(0)
    run_command(settings, "import-workspace", "/dev/stdin", given=export)
