"""Sending a document that was drawn."""

import hashlib
from io import BytesIO

from flask import Response, send_file

from crm.web.responses.downloads import SANDBOX


def send_pdf(content: bytes, name: str) -> Response:
    """Shown by the browser; always asked for anew, since a change makes other bytes."""
    response = send_file(
        BytesIO(content),
        mimetype="application/pdf",
        download_name=f"{name}.pdf".replace("/", "-"),
        etag=hashlib.sha256(content).hexdigest()[:32],
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response
