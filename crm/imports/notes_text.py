"""The values of a record that have no field, as text for its notes: no value is lost."""

from collections.abc import Iterator

from crm.clients.fields import MOST_POINTS
from crm.imports.record import Record

MOST_NOTES = 10_000
MOST_OF_A_NOTE = 20_000


def notes_of(record: Record, *, keep_id: bool = False) -> tuple[str | None, list[str]]:
    """The notes of the client, and the rest of a long text as notes for the timeline.

    `keep_id` adds the external id, such as a customer number that people know.
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
    """Without what has fields: of e-mails, phones and addresses that is as many as a client can have."""
    for email in record.emails[MOST_POINTS:]:
        yield _labelled(email.header, email.label), email.address
    for place, phone in enumerate(record.phones):
        if place >= MOST_POINTS or phone.extension:
            extension = f" ext. {phone.extension}" if phone.extension else ""
            yield _labelled(phone.header, phone.label), f"{phone.number}{extension}"
    for address in record.addresses[MOST_POINTS:]:
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
