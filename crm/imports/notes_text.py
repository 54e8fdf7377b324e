"""What of a record has no field of its own, as text for its notes: nothing of a row is lost."""

from collections.abc import Iterator

from crm.imports.record import Record

MOST_NOTES = 10_000
MOST_OF_A_NOTE = 20_000


def notes_of(record: Record, *, keep_id: bool = False) -> tuple[str | None, list[str]]:
    """The notes of the client, and what is too long for them as further notes for the timeline.

    `keep_id` is for a number that people know, such as that of a customer.
    """
    lines = [f"{header}: {text}" if header else text for header, text in _lines(record)]
    if keep_id and record.external_id and record.id_header:
        lines.append(f"{record.id_header}: {record.external_id}")
    whole = "\n".join([*record.notes, *lines]).strip()
    if len(whole) <= MOST_NOTES:
        return whole or None, []
    rest = whole[MOST_NOTES:]
    return whole[:MOST_NOTES], [
        rest[start : start + MOST_OF_A_NOTE] for start in range(0, len(rest), MOST_OF_A_NOTE)
    ]


def _lines(record: Record) -> Iterator[tuple[str, str]]:
    """The first e-mail, phone, address and website have their fields."""
    if record.job_title:
        yield "", record.job_title
    for email in record.emails[1:]:
        yield _labelled(email.header, email.label), email.address
    main = next((phone for phone in record.phones if "fax" not in phone.label), None)
    for phone in record.phones:
        if phone is not main or phone.extension:
            extension = f" ext. {phone.extension}" if phone.extension else ""
            yield _labelled(phone.header, phone.label), f"{phone.number}{extension}"
    for address in record.addresses[1:]:
        yield address.label, address.whole
    for website in record.websites[1:]:
        yield "", website
    if record.profile:
        yield "", record.profile
    yield from record.kept
    yield from record.further


def _labelled(header: str, label: str) -> str:
    name = header.removesuffix(" - Value").strip()
    return f"{name} ({label})" if label and label.casefold() not in name.casefold() else name
