"""Where the folders of the settings may lie among each other."""

from pathlib import Path


def check_folders(database: Path, uploads: Path, backups: Path) -> None:
    """Uploads and backups are tidied by age: nothing else may be in their folders."""
    folders = {"SQLITE_PATH": database.parent, "UPLOAD_FOLDER": uploads, "BACKUP_DIR": backups}
    for outer in ("UPLOAD_FOLDER", "BACKUP_DIR"):
        for inner, folder in folders.items():
            if inner != outer and folder.is_relative_to(folders[outer]):
                raise ValueError(
                    f"{outer} is {str(folders[outer])!r}; expected a folder of its own: {inner} lies in it."
                )
