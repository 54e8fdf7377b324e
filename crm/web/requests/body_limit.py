"""The size limit of a request's body: small, except for uploads."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from flask import Flask, Request

from crm.config import Settings
from crm.web.connections.bodies import AWAITED, Awaited
from crm.web.requests.present import current_app, request

BODY_BYTES = 1024 * 1024
# What anybody may send: log-in, set-up, joining.
PUBLIC_BODY_BYTES = 16 * 1024
FORM_MEMORY_BYTES = 512 * 1024
FORM_PARTS = 200
# The longest document, each of whose signs a form may write as nine bytes, and more than that.
LINES_BYTES = 8 * 1024 * 1024
MEGABYTE = 1024 * 1024
MULTIPART_OVERHEAD = 64 * 1024
FIGURES_BYTES = 8 * MEGABYTE
BODY_SIGNS = frozenset({"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", AWAITED})
"""One of these is in each request that has a body."""
EXPORT_BYTES = 1024 * MEGABYTE


class BodyRequest(Request):
    @property
    def blueprints(self) -> list[str]:
        """Asked for three times in each request: the framework takes its name apart each time."""
        return _blueprints_of(self.endpoint) if self.url_rule is not None else []

    def close(self) -> None:
        """Only a form has files to close."""
        if "files" in self.__dict__:
            super().close()

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        """Keeps an upload in an unnamed file on its final disk: /tmp may be small, or in memory."""
        return tempfile.TemporaryFile(dir=_folder_of(self))


@cache
def _blueprints_of(endpoint: str | None) -> list[str]:
    """The blueprint of a view, and those around it."""
    names = (endpoint or "").split(".")[:-1]
    return [".".join(names[:count]) for count in range(len(names), 0, -1)]


def cap_bodies(app: Flask, settings: Settings) -> None:
    app.request_class = BodyRequest
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_MEMORY_BYTES
    app.config["MAX_FORM_PARTS"] = FORM_PARTS
    app.extensions["holdfast.upload_bytes"] = settings.max_upload_mb * MEGABYTE
    app.extensions["holdfast.import_bytes"] = settings.max_import_mb * MEGABYTE


def limit_body() -> None:
    """Before each view: an upload may be as large as MAX_UPLOAD_MB says, with room for its envelope.

    An export, what is made of it and the database go on the same disk, and must not fill it. A body that is
    still coming learns how much of it may be read. A view for anybody takes little, as reading costs time.
    """
    if BODY_SIGNS.isdisjoint(request.environ):
        return
    view = _view_of(request)
    request.max_form_parts = getattr(view, "most_fields", FORM_PARTS)
    if _says(view, "accepts_upload"):
        request.max_content_length = current_app.extensions["holdfast.upload_bytes"] + MULTIPART_OVERHEAD
    elif _says(view, "accepts_import"):
        most = current_app.extensions["holdfast.import_bytes"]
        request.max_content_length = min(most, _room() // 4) + MULTIPART_OVERHEAD
    elif _says(view, "accepts_export"):
        request.max_content_length = min(EXPORT_BYTES, _room() // 4)
    elif _says(view, "accepts_figures"):
        request.max_content_length = FIGURES_BYTES
    elif _says(view, "accepts_lines") or _takes_lines(view):
        request.max_content_length = request.max_form_memory_size = LINES_BYTES
    elif _says(view, "takes_little"):
        request.max_content_length = PUBLIC_BODY_BYTES
    awaited: Awaited | None = request.environ.get(AWAITED)
    if awaited is not None:
        awaited.allow(lambda: request.max_content_length, _folder_of(request))


def widen_body(files_bytes: int) -> None:
    """For a view that knows only by its address that files come along; before anything reads the body."""
    request.max_content_length = min(files_bytes, _room() // 4) + BODY_BYTES


def _view_of(asked: Request) -> object:
    return current_app.view_functions.get(asked.endpoint or "")


def _takes_lines(view: object) -> bool:
    """Whether its JSON has the lines of a document."""
    contract = getattr(view, "contract", None)
    return contract is not None and "lines" in getattr(contract.body, "model_fields", ())


def _says(view: object, what: str) -> bool:
    return bool(getattr(view, what, False))


def _folder_of(asked: Request) -> Path:
    """The folder in which the body is kept until it is used."""
    settings: Settings = current_app.extensions["holdfast.settings"]
    if _says(_view_of(asked), "accepts_upload") and settings.upload_folder.is_dir():
        return settings.upload_folder
    return _data_folder()


def _room() -> int:
    """The free bytes on the disk of the database."""
    return shutil.disk_usage(_data_folder()).free


def _data_folder() -> Path:
    settings: Settings = current_app.extensions["holdfast.settings"]
    return settings.sqlite_path.parent
