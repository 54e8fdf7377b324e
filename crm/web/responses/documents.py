"""Sending a document that was drawn, the logo on it, and drawings of lines."""

import hashlib
from io import BytesIO

from flask import Response, send_file

from crm.documents.company_logo import media_type_of
from crm.web.responses.downloads import SANDBOX


def send_pdf(content: bytes, name: str) -> Response:
    """Shown by the browser; always asked for anew, since a change makes other bytes."""
    return _send(content, "application/pdf", f"{name}.pdf")


def send_xml(content: bytes, name: str) -> Response:
    """To keep, as a browser would show the tree of its elements."""
    return _send(content, "application/xml", f"{name}.xml", as_attachment=True)


def _send(content: bytes, media_type: str, name: str, *, as_attachment: bool = False) -> Response:
    response = send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=as_attachment,
        download_name=name.replace("/", "-"),
        etag=hashlib.sha256(content).hexdigest()[:32],
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def send_logo(content: bytes) -> Response:
    """Always asked for anew: another one may follow."""
    return _send_picture(content, media_type_of(content))


def send_drawing(svg: str) -> Response:
    """Always asked for anew, as what it shows changes."""
    return _send_picture(svg.encode(), "image/svg+xml")


def _send_picture(content: bytes, media_type: str) -> Response:
    response = send_file(
        BytesIO(content),
        mimetype=media_type,
        etag=hashlib.sha256(content).hexdigest()[:32],
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response
