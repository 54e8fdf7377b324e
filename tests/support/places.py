from pathlib import Path

from crm.config import Settings
from crm.db.instance import load_instance


def settings_below(folder: Path) -> Settings:
    """Defaults, but for places: `data/crm.db`, `uploads` and `backups` below the folder."""
    return Settings(
        sqlite_path=folder / "data" / "crm.db",
        upload_folder=folder / "uploads",
        backup_dir=folder / "backups",
    )


def instance_of(settings: Settings) -> str:
    """The id of the appliance there, in which the names of its cookies end."""
    instance = load_instance(settings.sqlite_path)
    assert instance is not None
    return instance.instance_id
