"""The files' part of a record's page, whatever kind it is of."""

from typing import Any

from flask import url_for

from crm.files.files import list_files
from crm.web.kinds.known import known_words
from crm.web.requests.reading import read

SHOWN = 50


def files_of(subject: str, subject_id: int) -> dict[str, Any]:
    """What `files/of_record.html` takes. Raises NotFound."""
    return {
        "files": read(list_files, of=(subject, subject_id), limit=SHOWN),
        **file_addresses(subject, subject_id),
    }


def file_addresses(subject: str, subject_id: int) -> dict[str, str]:
    """Where the part comes from anew, and where an upload goes: the `show` and `upload` of `client_files`."""
    key = {known_words().by_name[subject].key: subject_id}
    return {
        "files_address": url_for(f"{subject}_files.show", **_values(key)),
        "upload_address": url_for(f"{subject}_files.upload", **_values(key)),
    }


def _values(key: dict[str, int]) -> dict[str, Any]:
    return dict(key)
