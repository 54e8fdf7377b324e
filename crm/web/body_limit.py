"""How large a request's body may be: small, but for the views that take an upload."""

from flask import Flask, current_app, request

from crm.config import Settings

BODY_BYTES = 1024 * 1024
FORM_MEMORY_BYTES = 512 * 1024
FORM_PARTS = 200
MEGABYTE = 1024 * 1024
MULTIPART_OVERHEAD = 64 * 1024


def cap_bodies(app: Flask, settings: Settings) -> None:
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_MEMORY_BYTES
    app.config["MAX_FORM_PARTS"] = FORM_PARTS
    app.extensions["holdfast.upload_bytes"] = settings.max_upload_mb * MEGABYTE


def limit_body() -> None:
    """Before each view: an upload may be as large as MAX_UPLOAD_MB says, with room for its envelope."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "accepts_upload", False):
        request.max_content_length = current_app.extensions["holdfast.upload_bytes"] + MULTIPART_OVERHEAD
