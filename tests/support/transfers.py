"""Clients to export, and another appliance to import them into."""

import zipfile
from pathlib import Path

from crm.clients.fields import NewClient
from crm.config import Settings
from crm.db.sqlite.startup import prepare


def some_client(**given: object) -> NewClient:
    return NewClient.model_validate({"kind": "person", **given})


def elsewhere(settings: Settings, folder: Path) -> Settings:
    other = settings.model_copy(
        update={
            "database_url": None,
            "sqlite_path": folder / "data" / "crm.db",
            "upload_folder": folder / "uploads",
        }
    )
    prepare(other)
    return other


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("manifest")}
