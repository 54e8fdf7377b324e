"""The files on a record's page, for all kinds."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from crm.files.files import attach_file, list_files
from crm.records.kind import Kind
from crm.web.kinds.known import known_words
from crm.web.records.views import add_view, address_of, lookup_of
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file

SHOWN = 50


def files_blueprint(kind: Kind) -> Blueprint:
    """The views that reload the files on the page and that receive its form."""
    blueprint = Blueprint(f"{kind.name}_files", __name__, url_prefix=address_of(kind))
    add_view(blueprint, "GET /files", "show", "files.read", partial(_show, kind))
    add_view(blueprint, "POST /files", "upload", "files.write", partial(_upload, kind), uploads=True)
    return blueprint


def file_addresses(subject: str, subject_id: int) -> dict[str, str]:
    """Where the part comes from anew, and where an upload goes."""
    key: dict[str, Any] = {known_words().by_name[subject].key: subject_id}
    return {
        "files_address": url_for(f"{subject}_files.show", **key),
        "upload_address": url_for(f"{subject}_files.upload", **key),
    }


def back_to_record(kind: Kind, record_id: int) -> Response:
    return redirect(known_words().by_name[kind.name].address_of(record_id), 303)


def _show(kind: Kind, record_id: int) -> ResponseReturnValue:
    """For htmx. Raises NotFound."""
    if not is_fragment():
        return back_to_record(kind, record_id)
    files = read(list_files, of=(kind.name, record_id), limit=SHOWN)
    return render_template("files/of_record.html", files=files, **file_addresses(kind.name, record_id))


def _upload(kind: Kind, record_id: int) -> ResponseReturnValue:
    read(lookup_of(kind).get, record_id)
    with received_file() as stored:
        write(attach_file, kind.name, record_id, stored)
    return ("", 204) if is_fragment() else back_to_record(kind, record_id)
