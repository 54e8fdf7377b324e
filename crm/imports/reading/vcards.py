"""Read vCards as rows: one card is one row, under the headers of an address book export."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crm.exports.cards import OWN_START, own_column
from crm.exports.cells import cell_text, joined_texts
from crm.exports.columns import KEY
from crm.imports.reading.sheets import MOST_COLUMNS, Row, Source, unreadable
from crm.imports.reading.vcard_lines import Property, pieces, properties_of

SINGLE = (
    "UID", "Kind", "Name Prefix", "First Name", "Middle Name", "Last Name", "Name Suffix", "Full Name",
    "Nickname", "Organization Name", "Organization Department", "Organization Title", "Birthday", "Notes",
    "Labels", "Language",
)  # fmt: skip
SEVERAL = {
    "Phone": ("Label", "Value"),
    "E-mail": ("Label", "Value"),
    "Address": ("Label", "PO Box", "Extended Address", "Street", "City", "Region", "Postal Code", "Country"),
    "Website": ("Label", "Value"),
    "Profile": ("Label", "Value"),
}
SIGN = " ::: "
NO_LABELS = {"pref", "internet", "voice", "x-internet", "iphone", "msg", "x400", "default"}
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_NO_YEAR = re.compile(r"1604-?(\d\d)-?(\d\d)|--(\d\d)-?(\d\d)")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
LISTS = {"TEL": "Phone", "EMAIL": "E-mail", "URL": "Website", "IMPP": "Profile", "X-SOCIALPROFILE": "Profile"}


@dataclass(slots=True)
class Card:
    """`single` has values by header; `several` lists of values for the headers in SEVERAL. `own` are the
    properties that only Holdfast writes, by the columns of its tables.
    """

    single: dict[str, str] = field(default_factory=dict)
    several: dict[str, list[list[str]]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    is_group: bool = False
    categories: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    photo: str = ""

    def first(self, name: str) -> str:
        """The value of the first phone, e-mail or link."""
        return next((row[1] for row in self.several.get(name, [])), "")

    def points(self, name: str, form: str) -> str:
        """All of them, as a column of ours has them."""
        rows = self.several.get(name, [])
        return cell_text([{form: row[1], "label": row[0] or None, "main": row is rows[0]} for row in rows])

    def places(self) -> tuple[str, str, str]:
        """Street, city and country of the first address."""
        row = next(iter(self.several.get("Address", [])), [""] * 8)
        return row[3], row[4], row[7]


def read_vcards(path: Path) -> Source:
    """Reads the file twice: first for the most phones and addresses that a card has. Raises Invalid.

    Cards that Holdfast exported, all of them, become the rows of its tables.
    """
    widest = dict.fromkeys(SEVERAL, 0)
    cards = exported = 0
    names: dict[str, None] = {}
    for card in cards_of(path):
        cards += 1
        exported += KEY in card.own
        names.update(dict.fromkeys(exported_cells(card)))
        for name, values in card.several.items():
            widest[name] = max(widest[name], len(values))
    if not cards:
        raise unreadable("has no vCard")
    if exported == cards:
        return Source("vcard", _exported_rows(path, list(names)), encoding="utf-8", decimal=".", header_row=1)
    headers = [*SINGLE, *(f"{name} {n + 1} - {part}" for name, n, part in _columns(widest))]
    if len(headers) > MOST_COLUMNS:
        raise unreadable("has a card with too many phones, addresses or links")
    return Source("vcard", _rows(path, headers, widest), encoding="utf-8", decimal=".", header_row=1)


def _exported_rows(path: Path, names: list[str]) -> Iterator[Row]:
    yield Row(1, names)
    for number, card in enumerate(cards_of(path), start=2):
        cells = exported_cells(card)
        yield Row(number, [cells.get(name, "") for name in names], photo=card.photo)


def _columns(widest: dict[str, int]) -> Iterator[tuple[str, int, str]]:
    for name, parts in SEVERAL.items():
        for place in range(widest[name]):
            yield from ((name, place, part) for part in parts)


def _rows(path: Path, headers: list[str], widest: dict[str, int]) -> Iterator[Row]:
    """Without groups of people. The header is row 1, the first card row 2."""
    yield Row(1, headers)
    for number, card in enumerate(cards_of(path), start=2):
        if not card.is_group:
            yield Row(number, _cells(card, widest), photo=card.photo)


def _cells(card: Card, widest: dict[str, int]) -> list[str]:
    cells = [card.single.get(name, "") for name in SINGLE]
    for name, parts in SEVERAL.items():
        found = card.several.get(name, [])
        empty = [[""] * len(parts)] * (widest[name] - len(found))
        cells += [cell for each in [*found, *empty] for cell in each]
    return cells


def cards_of(path: Path) -> Iterator[Card]:
    """Raises Invalid if the file ends in the middle of a card."""
    card: Card | None = None
    with path.open("rb") as file:
        for found in properties_of(_without_mark(file)):
            if found.name == "BEGIN" and found.value.strip().upper() == "VCARD":
                card = Card()
            elif found.name == "END" and card is not None:
                yield _with_labels(card)
                card = None
            elif card is not None:
                _take(card, found)
    if card is not None:
        raise unreadable("ends in the middle of a card")


def _without_mark(lines: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line


def _take(card: Card, found: Property) -> None:
    if found.name in LISTS:
        value = _phone(found) if found.name == "TEL" else found.text
        _add(card, LISTS[found.name], found, [value])
    elif found.name == "ADR":
        parts = pieces(found.value)
        _add(card, "Address", found, (parts + [""] * 7)[:7])
    elif found.name == "X-ABLABEL":
        label = found.text
        match = _APPLE_LABEL.fullmatch(label)
        card.labels[found.group] = match[1] if match else label
    elif found.name.startswith(OWN_START):
        card.own[own_column(found.name)] = found.text
    elif found.name == "PHOTO":
        card.photo = card.photo or found.value.strip()
    else:
        _take_single(card, found)


def _phone(found: Property) -> str:
    """A `tel:` address has its extension after a semicolon."""
    number, _, extension = found.text.partition(";ext=")
    return f"{number} ext. {extension}" if extension else number


def _add(card: Card, name: str, found: Property, values: list[str]) -> None:
    if not any(values):
        return
    own = found.parameters.get("LABEL", "") if name != "Address" else ""
    label = own or " ".join(sorted(found.types - NO_LABELS))
    row = [f"group:{found.group}" if found.group and not own else label, *values]
    row.append(label)
    rows = card.several.setdefault(name, [])
    rows.insert(0 if found.preferred and name in {"Phone", "E-mail"} else len(rows), row)


def _take_single(card: Card, found: Property) -> None:
    put = card.single.setdefault
    if found.name == "N":
        names = pieces(found.value) + [""] * 5
        for header, value in zip(
            ("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix"), names, strict=False
        ):
            put(header, value)
    elif found.name == "ORG":
        parts = pieces(found.value)
        put("Organization Name", parts[0])
        put("Organization Department", ", ".join(filter(None, parts[1:])))
    elif found.name == "CATEGORIES":
        card.categories = list(filter(None, pieces(found.value, ",")))
        put("Labels", SIGN.join(card.categories))
    elif found.name == "BDAY":
        put("Birthday", birthday(found.text))
    elif found.name in {"KIND", "X-ADDRESSBOOKSERVER-KIND"}:
        kind = found.text.lower()
        card.is_group = card.is_group or kind == "group"
        put("Kind", "company" if kind == "org" else "")
    elif found.name == "X-ABSHOWAS" and found.text.upper() == "COMPANY":
        card.single["Kind"] = "company"
    elif found.name in PLAIN:
        put(PLAIN[found.name], found.text)


PLAIN = {
    "UID": "UID", "FN": "Full Name", "NICKNAME": "Nickname", "TITLE": "Organization Title", "NOTE": "Notes",
    "LANG": "Language",
}  # fmt: skip


def exported_cells(card: Card) -> dict[str, str]:
    """A card of ours as a row of our tables."""
    street, city, country = card.places()
    is_company = card.single.get("Kind") == "company"
    return {
        "name": card.single.get("Full Name", ""),
        "kind": "company" if is_company else "person",
        "email": card.first("E-mail"),
        "phone": card.first("Phone"),
        "emails": card.points("E-mail", "email"),
        "phones": card.points("Phone", "phone"),
        "website": card.first("Website"),
        "company_name": "" if is_company else card.single.get("Organization Name", ""),
        "address": street,
        "city": city,
        "country": country,
        "tags": joined_texts(card.categories),
        "notes": card.single.get("Notes", ""),
        **card.own,
    }


def birthday(text: str) -> str:
    """`--05-17` without a year; some phones write the year as 1604."""
    no_year = _NO_YEAR.match(text)
    if no_year:
        month, day = (no_year[1], no_year[2]) if no_year[1] else (no_year[3], no_year[4])
        return f"--{month}-{day}"
    found = _DAY.match(text)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else text


def _with_labels(card: Card) -> Card:
    """A label has a line of its own, sometimes after the value."""
    for rows in card.several.values():
        for row in rows:
            label = row.pop()
            group = row[0].removeprefix("group:") if row[0].startswith("group:") else None
            if group is not None:
                row[0] = card.labels.get(group, label)
    return card
