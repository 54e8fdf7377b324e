"""How large a request's body may be: small, but for the views that take an upload."""

import shutil
import tempfile
from pathlib import Path
from typing import IO

from flask import Flask, Request, current_app, request

from crm.config import Settings

BODY_BYTES = 1024 * 1024
FORM_MEMORY_BYTES = 512 * 1024
FORM_PARTS = 200
MEGABYTE = 1024 * 1024
MULTIPART_OVERHEAD = 64 * 1024
EXPORT_BYTES = 1024 * MEGABYTE


class BodyRequest(Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """An export lies, without a name, where there is room for it: /tmp may be in memory."""
        if _takes(self, "accepts_export"):
            return tempfile.TemporaryFile(dir=_data_folder())
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


def cap_bodies(app: Flask, settings: Settings) -> None:
    app.request_class = BodyRequest
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_MEMORY_BYTES
    app.config["MAX_FORM_PARTS"] = FORM_PARTS
    app.extensions["holdfast.upload_bytes"] = settings.max_upload_mb * MEGABYTE


def limit_body() -> None:
    """Before each view: an upload may be as large as MAX_UPLOAD_MB says, with room for its envelope.

    An export, what is made of it and the database go on the same disk, and must not fill it.
    """
    if _takes(request, "accepts_upload"):
        request.max_content_length = current_app.extensions["holdfast.upload_bytes"] + MULTIPART_OVERHEAD
    elif _takes(request, "accepts_export"):
        request.max_content_length = min(EXPORT_BYTES, shutil.disk_usage(_data_folder()).free // 4)


def _takes(asked: Request, what: str) -> bool:
    return bool(getattr(current_app.view_functions.get(asked.endpoint or ""), what, False))


def _data_folder() -> Path:
    settings: Settings = current_app.extensions["holdfast.settings"]
    return settings.sqlite_path.parent
