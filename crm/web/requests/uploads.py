"""Receiving one file of a multipart request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from crm.config import Settings
from crm.db.file_stores.opening import file_store
from crm.errors import FieldProblem, Invalid, WrongType
from crm.files.uploads import Upload, stored_upload
from crm.web.sessions.identity import identity

FIELD = "file"
FORM_FIELDS = frozenset({"csrf_token", "version"})


@contextmanager
def received_file(*, picture: bool = False, beside: frozenset[str] = frozenset()) -> Iterator[Upload]:
    """The file of the field `file`, put into its place; it is removed unless the block's rows use it.

    `beside` are further fields of the form. Raises WrongType, TooLarge, Full, and Invalid naming the field.
    """
    file = given_file(beside)
    with stored_upload(
        file_store(uploads_settings()),
        identity().workspace_id,
        file.filename or "",
        file.stream,
        limit=int(current_app.extensions["holdfast.upload_bytes"]),
        picture=picture,
    ) as upload:
        yield upload


def given_file(beside: frozenset[str] = frozenset()) -> FileStorage:
    """The upload in the field `file`. Raises WrongType, and Invalid naming the field."""
    if request.mimetype != "multipart/form-data":
        raise WrongType("Send the file as `multipart/form-data`, in the field `file`.")
    # A part without a name stands under None.
    given = {name or "" for name in (*request.form, *request.files)}
    unknown = sorted(given - FORM_FIELDS - beside - {FIELD})
    if unknown:
        raise Invalid(*(FieldProblem(name or "body", "is not a known field") for name in unknown))
    files = request.files.getlist(FIELD)
    if not files:
        raise Invalid.field(FIELD, "is required")
    if len(files) > 1:
        raise Invalid.field(FIELD, "takes one file at a time")
    return files[0]


def uploads_settings() -> Settings:
    return cast(Settings, current_app.extensions["holdfast.settings"])
