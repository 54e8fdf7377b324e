"""Which place the contents of files have: FILES_URL, else UPLOAD_FOLDER."""

from typing import TYPE_CHECKING

from crm.config import Settings
from crm.db.file_stores.folder import FolderStore
from crm.db.file_stores.store import FileStore
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.db import s3
    from crm.db.file_stores import bucket
else:
    bucket, s3 = WhenUsed("crm.db.file_stores.bucket"), WhenUsed("crm.db.s3")


def file_store(settings: Settings) -> FileStore:
    """Nothing is opened or asked by this."""
    if settings.files_url is None:
        return FolderStore(settings.upload_folder)
    return store_at(settings, settings.files_url)


def store_at(settings: Settings, url: str) -> FileStore:
    """Another than that of the settings, with their endpoint and keys."""
    place = s3.Bucket(
        url,
        settings.files_endpoint,
        settings.files_region,
        settings.files_access_key,
        settings.files_secret_key,
    )
    return bucket.bucket_store(place, settings.sqlite_path)
