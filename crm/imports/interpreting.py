"""Read each cell of a row by its column, and note each one that cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.custom_fields.custom_field import CustomField
from crm.errors import Sentence
from crm.imports.headers.known import header_key
from crm.imports.mapping import Column
from crm.imports.reading.sheets import Row
from crm.imports.record import EmailAddress, Phone, Problem
from crm.imports.targets import AS_EXPORTED, LEAVE_OUT, TARGETS
from crm.imports.values.cells import clean, is_none, lost
from crm.imports.values.choices import country_code
from crm.imports.values.days import read_moment
from crm.imports.values.lists import split_emails, split_phones
from crm.imports.values.numbers import Amount, read_amount
from crm.imports.values.phones import number_as_phone
from crm.imports.values.phones_elsewhere import country_in_question, of_elsewhere

NOT_AN_EMAIL = Sentence("This is not an e-mail address.")
NOT_A_PHONE = Sentence("This is not a phone number.")
NOT_A_DAY = Sentence("This is not a valid date.")
NOT_AN_AMOUNT = Sentence("This is not a number, or it is ambiguous.")
REQUOTED = Sentence("The quotes in this row are misplaced. Please check it.")
TOO_WIDE = Sentence("This row has more cells than the header. The additional cells were left out.")
SHIFTED = Sentence("This row has more cells than the header, and they do not fit. It was left out.")
DAMAGED = "\N{REPLACEMENT CHARACTER}"
DAMAGED_CELL = Sentence("The file has damaged characters here. Correct the text.")
HIDDEN = Sentence("This row is hidden in the file.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the values of a file. `width` is the number of cells in a row, `region` the country of
    national phone numbers, `zone` the time zone of moments without one; `custom` are the custom fields by the
    names that columns have for them.
    """

    region: str
    decimal: str | None = None
    date_order: str | None = None
    width: int = 0
    from_1904: bool = False
    postal_digits: int = 0
    zone: str = "UTC"
    neutral: bool = False
    """Texts of exported columns stand behind an apostrophe where they would run as formulas."""
    custom: Mapping[str, CustomField] = field(default_factory=dict)


@dataclass(slots=True)
class Cells:
    """The cells of one row, by field."""

    row: Row
    reading: Reading
    columns: Sequence[Column]
    texts: dict[int, str]
    problems: list[Problem]
    found: dict[str, list[tuple[Column, str]]] = field(default_factory=dict)

    def of(self, field: str) -> list[tuple[Column, str]]:
        return self.found.get(field, [])

    def first(self, field: str) -> str | None:
        found = self.found.get(field)
        return " ".join(found[0][1].split()) if found else None

    def add_problem(self, column: Column | None, value: str, message: str, *, left_out: bool = False) -> None:
        place = None if column is None else column.place
        header = None if column is None else column.header or f"{column.place + 1}"
        self.problems.append(Problem(self.row.number, message, header, value[:200], left_out, place))


def cells_of(row: Row, columns: Sequence[Column], reading: Reading) -> Cells:
    """Without empty cells; values that the file has lost are noted."""
    cells = Cells(_requoted(row, reading.width), reading, columns, {}, [])
    if cells.row is not row:
        cells.add_problem(None, "", REQUOTED)
    if row.hidden:
        cells.add_problem(None, "", HIDDEN)
    for column in columns:
        if column.field not in {LEAVE_OUT, AS_EXPORTED} and column.place < len(cells.row.cells):
            _take(cells, column, cells.row.cells[column.place])
    return cells


def _requoted(row: Row, width: int) -> Row:
    otherwise = row.otherwise
    if otherwise is None or otherwise == row.cells:
        return row
    if len(otherwise) == len(row.cells) or len(row.cells) > width >= len(otherwise) > 0:
        return Row(row.number, otherwise, row.hidden, row.lost)
    return row


def _take(cells: Cells, column: Column, cell: str) -> None:
    if column.place in cells.row.lost:
        cells.add_problem(column, cell, cells.row.lost[column.place])
        return
    text = clean(cell)
    if is_none(text):
        return
    target, own = TARGETS.get(column.field), cells.reading.custom.get(column.field)
    number = target.form == "amount" if target is not None else own is not None and is_amount(own)
    why = lost(text, number=number)
    if why is not None:
        cells.add_problem(column, text, why)
        return
    if not text.isascii() and DAMAGED in text:
        cells.add_problem(column, text, DAMAGED_CELL)
    cells.texts[column.place] = text
    cells.found.setdefault(column.field, []).append((column, text))


def is_amount(field: CustomField) -> bool:
    return field.field_type in {"number", "money", "percent"}


def refuse_wide(cells: Cells) -> None:
    """With more cells than the header, others may be shifted: the row is left out if one does not fit."""
    width = cells.reading.width
    if not width or len(cells.row.cells) <= width:
        return
    unfit = any(problem.header is not None for problem in cells.problems)
    surplus = " | ".join(filter(None, cells.row.cells[width:]))
    cells.add_problem(None, surplus, SHIFTED if unfit else TOO_WIDE, left_out=unfit)


def emails_in(cells: Cells) -> list[EmailAddress]:
    found: dict[str, EmailAddress] = {}
    for column, text in cells.of("email"):
        good, bad = split_emails(text)
        for wrong in bad:
            cells.add_problem(column, wrong, NOT_AN_EMAIL)
        for address in good:
            found.setdefault(address, EmailAddress(address, label_of(cells, column, "email"), column.header))
    return list(found.values())


def phones_in(cells: Cells, country: str | None) -> list[Phone]:
    """The main one first."""
    region = _region_of(cells, country)
    found: dict[str, Phone] = {}
    for column, text in cells.of("phone"):
        for number, extension in split_phones(text):
            read = read_phone(cells, column, _with_code(cells, column, number), region)
            if read is not None:
                phone = Phone(read, label_of(cells, column, "phone"), extension, column.header)
                found.setdefault(read, phone)
    return sorted(found.values(), key=lambda phone: "fax" in phone.label)


def read_phone(cells: Cells, column: Column, number: str, region: str) -> str | None:
    """E.164. What cannot be read is noted, and what may be of another country than the one it is read in."""
    read = number_as_phone(number, region)
    elsewhere = country_in_question(number, region, read)
    if elsewhere is not None:
        cells.add_problem(column, number, of_elsewhere(elsewhere, read))
    elif read is None:
        cells.add_problem(column, number, NOT_A_PHONE)
    return read


def _with_code(cells: Cells, column: Column, number: str) -> str:
    """Twenty has the calling code, such as `+44`, in a column of its own."""
    code = cells.first("phone_code")
    main = next((each for each, _ in cells.of("phone")), None)
    if code and column is main and not number.startswith(("+", "00")):
        return f"{code}{number}"
    return number


def _region_of(cells: Cells, country: str | None) -> str:
    given = cells.first("phone_country")
    return (country_code(given) if given else None) or country or cells.reading.region


def label_of(cells: Cells, column: Column, of: str) -> str:
    """From the column of labels, or else from the header of the value."""
    for each, text in cells.of("label"):
        if each.label == of and each.number == column.number:
            return text.removeprefix("*").strip().lower() or column.label
    return column.label


def day_in(cells: Cells, field: str) -> str | None:
    """The first that can be read."""
    for column, text in cells.of(field):
        found = read_day(cells, column, text)
        if found is not None:
            return found
    return None


def read_day(cells: Cells, column: Column, text: str) -> str | None:
    if text in {"0", "60"}:
        return None
    found = read_moment(text, cells.reading.date_order, from_1904=cells.reading.from_1904)
    if found is None:
        cells.add_problem(column, text, NOT_A_DAY)
        return None
    return found.text


def read_number(cells: Cells, column: Column, text: str) -> Amount | None:
    found = read_amount(text, cells.reading.decimal)
    if found is None:
        cells.add_problem(column, text, NOT_AN_AMOUNT)
    return found


def joined(cells: Cells, fields: Sequence[str]) -> str:
    return " ".join(part for field in fields if (part := cells.first(field)))


def header_of(column: Column) -> str:
    """For a line in the notes: `Phone 2 - Value` is `Phone 2`."""
    return column.header.removesuffix(" - Value").strip() or f"{column.place + 1}"


def is_of_address(column: Column) -> bool:
    return header_key(column.header).startswith("address")
