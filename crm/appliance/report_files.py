"""Take an uploaded file of figures: it is kept beside the database until it is taken in or given up."""

import hashlib
from typing import IO

from crm.appliance.uploads import CHUNK, MEGABYTE, Desk
from crm.config import Settings
from crm.files.filenames import safe_name
from crm.imports.imports import Upload
from crm.imports.spool import keep_file, remove_folder


def keep_report(desk: Desk, stream: IO[bytes], name: str) -> Upload:
    """Raises TooLarge, Full and Invalid."""
    folder, size = keep_file(desk.settings, stream, desk.settings.max_import_mb * MEGABYTE, name)
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return Upload(safe_name(name), size, digest.hexdigest(), folder)


def discard_report(settings: Settings, upload: Upload) -> None:
    """Remove a file that was not recorded after all."""
    remove_folder(settings, upload.folder)
