"""Where a server keeps the parts of a backup, and their names inside the backup."""

from dataclasses import dataclass
from pathlib import Path

from crm.config import Settings
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore
from crm.db.instance import UPLOADS_MARKER, marker_path

DATABASE = "database.db"
UPLOADS = "uploads"
MARKER = "instance.json"
KEY = "secret.key"
COMING_KEY = "secret.key.next"


@dataclass(frozen=True, slots=True)
class Places:
    database: Path
    uploads: Path
    far: FileStore | None = None
    """The store that has the uploads in place of that folder."""

    @classmethod
    def of(cls, settings: Settings) -> "Places":
        store = file_store(settings)
        far = store if store.folder is None else None
        return cls(settings.sqlite_path, settings.upload_folder, far)

    @property
    def marker(self) -> Path:
        return marker_path(self.database)

    @property
    def secret_key(self) -> Path:
        return self.database.parent / KEY

    @property
    def coming_key(self) -> Path:
        """The new key during a rotation, until it replaces the old one."""
        return self.database.parent / COMING_KEY

    @property
    def uploads_marker(self) -> Path:
        return self.uploads / UPLOADS_MARKER

    @property
    def companions(self) -> tuple[tuple[str, Path], ...]:
        """Small files that belong to the data: their names in a backup, and where they are in use."""
        return (MARKER, self.marker), (KEY, self.secret_key), (COMING_KEY, self.coming_key)
