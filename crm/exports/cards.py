"""Contacts as vCards 3.0, which telephones and mail programs read.

What no standard property holds is in properties of ours, which other programs keep or pass over.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.db.file_stores.store import FileStore
from crm.exports.cells import cell_text
from crm.exports.columns import KEY, Row, Table
from crm.exports.photos import Photo, Place

WIDEST = 75
STANDARD = (
    "name", "kind", "email", "phone", "emails", "phones", "company_name", "website", "address", "city",
    "country", "tags", "notes",
)  # fmt: skip
OWN = ("status", "source", "owner_name", "owner_email", "company_key", KEY)
OWN_START = "X-HOLDFAST-"
COMPANY = "company"


def card_parts(
    table: Table, pieces: Iterable[tuple[list[Row], Mapping[int, Place]]], store: FileStore
) -> Iterator[bytes]:
    """Each piece comes with the places of its pictures, which are in the store."""
    for rows, places in pieces:
        for row in rows:
            record = dict(zip(table.names, row, strict=True))
            place = places.get(record["picture_id"])
            yield "".join(_card(record, place.read(store) if place else None)).encode()


def _card(record: dict[str, Any], photo: Photo | None) -> Iterator[str]:
    yield from map(_folded, ("BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Holdfast//EN"))
    yield from (_folded(f"{name}:{value}") for name, value in _properties(record))
    if photo is not None:
        yield _photo(photo)
    yield from (_folded(f"{own_property(name)}:{escaped(text)}") for name, text in _own(record))
    yield _folded("END:VCARD")


def _photo(photo: Photo) -> str:
    """As vCard 3.0 has it; all of it is ASCII, so that lines are cut anywhere."""
    form = photo.media_type.rpartition("/")[2].upper()
    text = f"PHOTO;ENCODING=b;TYPE={form}:{b64encode(photo.content).decode()}"
    lines = [
        text[:WIDEST],
        *(f" {text[at : at + WIDEST - 1]}" for at in range(WIDEST, len(text), WIDEST - 1)),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def own_property(column: str) -> str:
    """`X-HOLDFAST-OWNER-EMAIL`, and `X-HOLDFAST-KEY` for the key itself."""
    return OWN_START + column.removeprefix("holdfast_").upper().replace("_", "-")


def own_column(name: str) -> str:
    column = name.removeprefix(OWN_START).lower().replace("-", "_")
    return KEY if column == "key" else column


def _properties(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name, is_company = record["name"], record["kind"] == COMPANY
    yield "FN", escaped(name)
    yield "N", ";;;;" if is_company else _name_parts(name)
    if is_company:
        yield "ORG", escaped(name)
        yield "X-ABSHOWAS", "COMPANY"
    elif record["company_name"]:
        yield "ORG", escaped(record["company_name"])
    yield from _points(record)
    if record["website"]:
        yield "URL", escaped(record["website"])
    place = [record[part] or "" for part in ("address", "city", "country")]
    if any(place):
        street, city, country = map(escaped, place)
        yield "ADR;TYPE=WORK", f";;{street};{city};;;{country}"
    if record["tags"]:
        yield "CATEGORIES", ",".join(map(escaped, record["tags"]))
    if record["notes"]:
        yield "NOTE", escaped(record["notes"])


def _points(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """All addresses and numbers, the main one first; a label is a line of its own, as Apple writes it."""
    number = 0
    for form, head in (("email", "EMAIL;TYPE=INTERNET"), ("phone", "TEL;TYPE=VOICE")):
        for point in record[f"{form}s"]:
            value, label = getattr(point, form), point.label
            preferred = ",PREF" if point.main else ""
            if not label:
                yield f"{head}{preferred}", escaped(value)
                continue
            number += 1
            yield f"item{number}.{head}{preferred}", escaped(value)
            yield f"item{number}.X-ABLabel", escaped(label)


def _own(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """All that a standard property does not hold, as its column in a table has it."""
    for name, value in record.items():
        if name not in STANDARD and (name in OWN or _is_written(name)) and value not in (None, [], {}):
            yield name, cell_text(value)


def _is_written(name: str) -> bool:
    """Fields that people fill in, which later versions add; not ids and moments, which are of this server."""
    return not name.endswith(("_id", "_at", "_name", "_email", "_key")) and name not in {"id", "version"}


def _name_parts(name: str) -> str:
    """The last word as the family name: telephones sort by it, and show FN."""
    first, _space, last = name.rpartition(" ")
    return f"{escaped(last)};{escaped(first)};;;"


def escaped(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def _folded(line: str) -> str:
    """In lines of at most 75 bytes, never within a character."""
    lines, width = [""], 0
    for char in line:
        size = len(char.encode())
        if width + size > WIDEST:
            lines.append(" ")
            width = 1
        lines[-1] += char
        width += size
    return "\r\n".join(lines) + "\r\n"
