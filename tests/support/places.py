from pathlib import Path

from crm.config import Settings


def settings_below(folder: Path) -> Settings:
    """Defaults, but for places: `data/crm.db`, `uploads` and `backups` below the folder."""
    return Settings(
        sqlite_path=folder / "data" / "crm.db",
        upload_folder=folder / "uploads",
        backup_dir=folder / "backups",
    )
