"""Sending a stored file, never as something that the browser would run."""

from pathlib import Path

import structlog
from flask import Response, request, send_file

from crm.errors import NotFound
from crm.files.files import File

SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
INLINE = PICTURES | {"application/pdf"}
CACHE = "private, max-age=3600"

log = structlog.get_logger("crm.web")


def send_content(file: File, path: Path, *, thumbnail: int | None = None, download: bool = False) -> Response:
    """The content, or the requested range. Raises NotFound if it is missing on the disk."""
    media_type = "image/webp" if thumbnail else file.media_type
    inline = media_type in INLINE and not download
    _pass_over_odd_range()
    try:
        response = send_file(
            path,
            mimetype=media_type,
            as_attachment=not inline,
            download_name=file.name,
            conditional=True,
            etag=f"{file.sha256}-{thumbnail}" if thumbnail else file.sha256,
        )
    except FileNotFoundError:
        log.exception("the content of a file is missing", file_id=file.id, path=str(path))
        raise NotFound("The content of the file is missing on the server.") from None
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = CACHE
    return response


def _pass_over_odd_range() -> None:
    """Unless one byte range is asked for, send the whole file: RFC 9110, sections 14.2 and 15.5.17."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)
