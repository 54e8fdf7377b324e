"""Give an appliance a file that only looks like an export."""

from contextlib import closing
from pathlib import Path

import pytest

from crm.appliance.transfer import import_from
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transfer.archive import TransferFailed
from crm.kinds import open_database


def assert_empty(settings: Settings) -> None:
    with closing(open_database(settings)) as db:
        assert db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM) == []
    assert list(settings.upload_folder.glob("[0-9]*")) == []
    assert list(settings.sqlite_path.parent.glob(".part-*")) == []


def refuse(settings: Settings, source: Path, reason: str) -> None:
    with pytest.raises(TransferFailed, match=reason):
        import_from(settings, source)
