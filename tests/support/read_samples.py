"""What the importer read, as a person would look at it."""

from crm.imports.record import Record


def numbers(record: Record) -> list[str]:
    return [phone.number for phone in record.phones]


def emails(record: Record) -> list[str]:
    return [email.address for email in record.emails]


def notices(record: Record) -> list[tuple[str | None, str]]:
    return [(problem.header, problem.value) for problem in record.problems]
