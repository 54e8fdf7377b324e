"""What may stand in the rows of clients, their tags and files, however they came here."""

from crm.clients.fields import (
    Address,
    ClientName,
    Notes,
    OptionalCountry,
    OptionalWebsite,
    ShortLine,
    Tag,
)
from crm.clients.filenames import safe_name
from crm.clients.filetypes import TYPES
from crm.clients.keys import client_keys, email_key, place_key, sort_key, tag_key
from crm.fields import Email, name_key
from crm.row_rules import RowRules, columns, digest, fits, ids, key_of, matches, moments, one_of, whole_number

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
PHONE = matches(r"\+[0-9]{4,20}", "a phone number such as +4930123456")


def _file_name(name: str) -> str | None:
    return None if safe_name(name) == name else "is not the plain name of a file"


ROWS = {
    "clients": RowRules(
        columns(
            name=fits(ClientName),
            email=fits(Email),
            phone=PHONE,
            **ids("company_id", "owner_id", "picture_id"),
            website=fits(OptionalWebsite),
            address=fits(Address),
            city=fits(ShortLine),
            country=fits(OptionalCountry),
            source=fits(ShortLine),
            notes=fits(Notes),
        ),
        made={
            "name_key": key_of("name", sort_key),
            "email_key": key_of("email", email_key),
            "city_key": key_of("city", place_key),
            "source_key": key_of("source", place_key),
            "sought": lambda row: client_keys(row)["sought"] if row["name"] is not None else None,
            "joined": lambda row: client_keys(row)["joined"] if row["name"] is not None else None,
        },
    ),
    "tags": RowRules(
        columns(name=fits(Tag)), made={"name_key": key_of("name", name_key), "form": key_of("name", tag_key)}
    ),
    "client_tags": RowRules(columns(**ids("tag_id", "client_id"))),
    "files": RowRules(
        columns(
            **ids("client_id", "uploaded_by"),
            name=_file_name,
            media_type=one_of(*sorted({kind.media_type for kind in TYPES.values()}), *RECORDED, *DOWNLOADED),
            size=whole_number(1, LARGEST_FILE),
            sha256=digest,
            stored_name=matches(STORED_NAME, "a stored name such as 1/ab/ab… with 32 digits"),
            width=whole_number(1, WIDEST),
            height=whole_number(1, WIDEST),
            **moments("purged_at"),
        )
    ),
}
