"""Change a backup after it was made, seal it anew, and see it refused."""

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import orjson
import pytest

from crm.appliance.contents import inspect
from crm.appliance.restoring import examine
from crm.db.backup.manifest import digest_of
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.verifying import verify_backup
from crm.db.stored_files import LeadsOut
from tests.support.filled import Filled

SECRET = b"not for everybody"


def reseal(folder: Path, **changes: Any) -> None:
    """With the sizes and hashes of what is there now."""
    facts = orjson.loads((folder / "manifest.json").read_bytes())
    for entry in facts["files"]:
        if (folder / entry["path"]).is_file():
            entry["size"], entry["sha256"] = digest_of(folder / entry["path"])
    (folder / "manifest.json").write_bytes(orjson.dumps(facts | changes))
    _reseal_text(folder)


def _reseal_text(folder: Path) -> None:
    _, digest = digest_of(folder / "manifest.json")
    (folder / "manifest.sha256").write_text(f"{digest}  manifest.json\n")


def files_of(folder: Path) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = orjson.loads((folder / "manifest.json").read_bytes())["files"]
    return facts


def alter(folder: Path, sql: str) -> None:
    """Change the database of a backup, and seal it anew."""
    with closing(apsw.Connection(str(folder / "database.db"))) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.pragma("trusted_schema", "OFF")
        connection.execute(sql)
    reseal(folder)


def refuse_everywhere(appliance: Filled, folder: Path, reason: str) -> None:
    """Verifying, restoring in place and beside: nothing of it is put anywhere."""
    settings = appliance.settings
    with pytest.raises((BackupFailed, LeadsOut), match=reason):
        verify_backup(folder, inspect, Silence())
    with pytest.raises((BackupFailed, LeadsOut), match=reason):
        examine(settings, str(folder), Silence())
    assert (settings.sqlite_path.parent / "secret.txt").read_bytes() == SECRET
