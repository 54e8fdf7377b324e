"""Make a record from the cells of a row."""

from collections.abc import Callable, Sequence

from crm.custom_fields.custom_field import PREFIX
from crm.errors import Sentence
from crm.imports.consents import take_consents
from crm.imports.custom_columns import custom_values
from crm.imports.exported import exported_texts, take_exported
from crm.imports.interpreting import (
    Cells,
    Reading,
    cells_of,
    day_in,
    emails_in,
    header_of,
    is_of_address,
    joined,
    label_of,
    phones_in,
    read_day,
    read_number,
    refuse_wide,
)
from crm.imports.mapping import Column
from crm.imports.reading.sheets import Row
from crm.imports.record import Address, LeadPart, Record
from crm.imports.targets import KEEP, OF_LEAD, TOUCH
from crm.imports.values.choices import (
    country_code,
    currency_code,
    is_company,
    is_yes,
    language_code,
    outcome_of,
    status_of,
)
from crm.imports.values.lists import split_tags

NOTHING_USABLE = Sentence("This row has no name, company, e-mail, phone or title.")
NOT_A_COUNTRY = Sentence("This is not a known country.")
NOT_A_LANGUAGE = Sentence("This is not a known language.")
NOT_A_CURRENCY = Sentence("This is not a known currency.")
ZERO_MAY_BE_LOST = Sentence("This postal code may have lost its leading zero.")
NAMES = ("name", "first_name", "last_name", "nickname")
OF_ADDRESS = frozenset({"address", "street", "street_2", "city", "region", "postal_code", "country"})
AS_THEY_ARE = ("prefix", "nickname", "department", "address_formatted", KEEP)


def compose(row: Row, columns: Sequence[Column], reading: Reading, records: str) -> Record:
    cells = cells_of(row, columns, reading)
    record = Record(row.number, hidden=row.hidden, problems=cells.problems)
    exported = exported_texts(cells)
    _addresses(cells, record)
    _contact(cells, record)
    _who(cells, record)
    _facts(cells, record)
    if records == "leads":
        record.lead = _lead(cells)
    if exported:
        take_exported(record, exported)
    take_consents(cells, record)
    record.custom = custom_values(cells, PREFIX)
    _further(cells, record)
    refuse_wide(cells)
    if not record.identified and not record.left_out:
        cells.add_problem(None, "", NOTHING_USABLE, left_out=True)
    return record


def _contact(cells: Cells, record: Record) -> None:
    country = record.addresses[0].country if record.addresses else ""
    record.emails = emails_in(cells)
    record.phones = phones_in(cells, country or None)


def _who(cells: Cells, record: Record) -> None:
    """A row with only a company is a company, unless the file has name columns and the row an e-mail."""
    record.first_name, record.last_name = cells.first("first_name") or "", cells.first("last_name") or ""
    record.company, record.company_role = cells.first("company"), cells.first("company_role")
    named = cells.first("name") or joined(cells, ("first_name", "middle_name", "last_name", "suffix"))
    record.name = named or cells.first("nickname") or ""
    kind = cells.first("kind")
    of_persons = any(column.field in NAMES for column in cells.columns)
    if kind and is_company(kind):
        record.is_company = True
        record.name = record.name or record.company or ""
    elif not record.name and record.company and not (of_persons and record.emails):
        record.is_company, record.name = True, record.company
    if record.is_company and record.company == record.name:
        record.company = None
    if not record.name and (record.emails or record.phones):
        record.name = record.emails[0].address if record.emails else record.phones[0].number


def _facts(cells: Cells, record: Record) -> None:
    record.job_title = cells.first("job_title")
    record.birthday, record.since = day_in(cells, "birthday"), day_in(cells, "since")
    record.tags = [tag for _, text in cells.of("tags") for tag in split_tags(text)]
    record.notes = [text for _, text in cells.of("notes")]
    record.websites = [text for _, text in cells.of("website")]
    record.source, record.owner = cells.first("source"), cells.first("owner")
    for column, text in cells.of("external_id"):
        record.external_id, record.id_header = text, header_of(column)
    if record.since:
        record.kept += [(header_of(column), record.since) for column, _ in cells.of("since")[:1]]
    record.profile = cells.first("profile")
    record.do_not_call = is_yes(cells.first("do_not_call") or "")
    status = cells.first("status")
    record.status = status_of(status) if status else None
    record.language = _known(cells, "language", language_code, NOT_A_LANGUAGE)
    record.currency = _known(cells, "currency", currency_code, NOT_A_CURRENCY)


def _known(cells: Cells, field: str, code_of: Callable[[str], str | None], refusal: Sentence) -> str | None:
    """The code that a cell means, if any."""
    for column, text in cells.of(field):
        code = code_of(text)
        if code is None:
            cells.add_problem(column, text, refusal)
        return code
    return None


def _addresses(cells: Cells, record: Record) -> None:
    found: dict[tuple[str, int], Address] = {}
    for column in cells.columns:
        text = cells.texts.get(column.place)
        if text is not None and column.field in OF_ADDRESS:
            key = (column.label, column.number if is_of_address(column) else 0)
            if key not in found:
                found[key] = Address(label_of(cells, column, "address"))
            _put(cells, found[key], column, text)
    record.addresses = list(found.values())


def _put(cells: Cells, address: Address, column: Column, text: str) -> None:
    if column.field in {"address", "street", "street_2"}:
        address.street.append(text)
    elif column.field == "country":
        code = country_code(text)
        address.country = address.country or code or ""
        if code is None:
            cells.add_problem(column, text, NOT_A_COUNTRY)
    elif not getattr(address, column.field):
        setattr(address, column.field, " ".join(text.split()))
    if column.field == "postal_code" and text.isdigit() and len(text) == cells.reading.postal_digits - 1:
        cells.add_problem(column, text, ZERO_MAY_BE_LOST)


def _lead(cells: Cells) -> LeadPart:
    lead = LeadPart(title=cells.first("lead_title") or "")
    for column, text in cells.of("lead_value"):
        amount = read_number(cells, column, text)
        if amount is not None:
            lead.value, lead.currency = amount.number, amount.currency or None
    lead.currency = _known(cells, "lead_currency", currency_code, NOT_A_CURRENCY) or lead.currency
    lead.pipeline, lead.stage = cells.first("lead_pipeline"), cells.first("lead_stage")
    lead.outcome = outcome_of(cells.first("lead_status") or "")
    lead.expected_close = (day_in(cells, "lead_close") or "")[:10] or None
    lead.lost_reason, lead.type = cells.first("lead_lost_reason"), cells.first("lead_type")
    lead.owner, lead.source = cells.first("lead_owner"), cells.first("lead_source")
    lead.tags = [tag for _, text in cells.of("lead_tags") for tag in split_tags(text)]
    lead.details = [text for _, text in cells.of("lead_details")]
    lead.external_id = cells.first("lead_id")
    lead.custom = custom_values(cells, OF_LEAD)
    lead.touch = {name: told for name in TOUCH if (told := cells.first(name))}
    return lead


def _kept(cells: Cells, field: str) -> list[tuple[str, str]]:
    """`Custom Field 1 - Label` is the name of `Custom Field 1 - Value`."""
    found = cells.of(field)
    if not found:
        return []
    kept = [(column.header.strip(), header_of(column), text) for column, text in found]
    labels = {
        header.removesuffix(" - Label"): text for header, _, text in kept if header.endswith(" - Label")
    }
    return [
        (labels.get(shown, shown) if header.endswith(" - Value") else shown, text)
        for header, shown, text in kept
        if not header.endswith(" - Label")
    ]


def _further(cells: Cells, record: Record) -> None:
    """Values that have no field here, each under its own header."""
    for field in AS_THEY_ARE:
        if field == "nickname" and record.name == cells.first("nickname"):
            continue
        if field == "address_formatted" and record.addresses:
            continue
        record.further += _kept(cells, field)
    for column, text in cells.of("extra_amount"):
        amount = read_number(cells, column, text)
        if amount is not None:
            sign = "%" if amount.percent else amount.currency or ""
            record.further.append((header_of(column), f"{amount.number} {sign}".strip()))
    for column, text in cells.of("extra_day"):
        day = read_day(cells, column, text)
        if day is not None:
            record.further.append((header_of(column), day))
    for field, outcome in (("status", status_of), ("lead_status", outcome_of)):
        record.further += [
            (header_of(column), text) for column, text in cells.of(field) if outcome(text) is None
        ]
