"""Rules for rows of files that come from a file or backup."""

from crm.files.filenames import safe_name
from crm.files.filetypes import TYPES
from crm.records.subjects import Subject
from crm.row_rules import RowRules, columns, digest, fits, ids, matches, moments, one_of, whole_number

LARGEST_FILE = 2**30
WIDEST = 40_000_000
STORED_NAME = r"[1-9][0-9]{0,17}/([0-9a-f]{2})/\1[0-9a-f]{30}"
RECORDED = ("audio/ogg", "audio/mpeg", "audio/aac", "audio/amr", "audio/mp4", "video/mp4", "video/3gpp")
# What customers send and is kept to download, as crm/conversations/transport/media_types.py has it.
DOWNLOADED = (
    "text/vcard", "application/zip", "image/heic", "image/heif", "application/acad", "application/xml",
    "message/rfc822", "text/calendar", "application/json", "application/vnd.rar",
    "application/x-7z-compressed", "application/octet-stream",
)  # fmt: skip


def _file_name(name: str) -> str | None:
    return None if safe_name(name) == name else "is not the plain name of a file"


ROWS = {
    "files": RowRules(
        columns(
            subject=fits(Subject),
            **ids("subject_id", "uploaded_by"),
            name=_file_name,
            media_type=one_of(*sorted({kind.media_type for kind in TYPES.values()}), *RECORDED, *DOWNLOADED),
            size=whole_number(1, LARGEST_FILE),
            sha256=digest,
            stored_name=matches(STORED_NAME, "a stored name such as 1/ab/ab… with 32 digits"),
            width=whole_number(1, WIDEST),
            height=whole_number(1, WIDEST),
            **moments("purged_at", "erased_at"),
        )
    ),
}
