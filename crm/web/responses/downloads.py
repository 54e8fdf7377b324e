"""Sending a stored file, never as something that the browser would run."""

from contextlib import ExitStack
from typing import Any

import structlog
from flask import Response, request, send_file
from werkzeug.wsgi import FileWrapper

from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import CHUNK, Content, DamagedContent
from crm.errors import NotFound
from crm.files.files import File
from crm.files.uploads import content_name
from crm.web.sessions.identity import settings

SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
INLINE = PICTURES | {"application/pdf"}
CACHE = "private, max-age=3600"

log = structlog.get_logger("crm.web")


def send_content(
    file: File, stored_name: str, *, thumbnail: int | None = None, download: bool = False
) -> Response:
    """The content or its thumbnail, or the requested range. Raises NotFound if it is missing, StoreAway."""
    media_type = "image/webp" if thumbnail else file.media_type
    inline = media_type in INLINE and not download
    named: dict[str, Any] = {
        "mimetype": media_type,
        "as_attachment": not inline,
        "download_name": file.name,
        "etag": f"{file.sha256}-{thumbnail}" if thumbnail else file.sha256,
    }
    _pass_over_odd_range()
    store, name = file_store(settings()), content_name(stored_name, thumbnail)
    try:
        path = store.path(name)
        if path is not None:
            response = send_file(path, conditional=True, **named)
        else:
            response = _sent_on(store.open(name, None if thumbnail else file.sha256), named)
    except (FileNotFoundError, DamagedContent):
        log.exception("the content of a file is missing", file_id=file.id, name=name)
        raise NotFound("The content of the file is missing on the server.") from None
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = CACHE
    return response


def _sent_on(content: Content, named: dict[str, Any]) -> Response:
    """From elsewhere, as it comes; a range begins where it is asked for."""
    with ExitStack() as stack:
        stack.enter_context(content.stream)
        response = send_file(content.stream, conditional=False, **named)
        response.response = FileWrapper(content.stream, CHUNK)
        response.content_length = content.size
        response.make_conditional(request.environ, accept_ranges=True, complete_length=content.size)
        stack.pop_all()
    return response


def _pass_over_odd_range() -> None:
    """Unless one byte range is asked for, send the whole file: RFC 9110, sections 14.2 and 15.5.17."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)
