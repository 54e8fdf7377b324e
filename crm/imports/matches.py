"""Who is there already, looked up for many rows at once: a query for each way to know a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crm.clients.spellings import spellings
from crm.db.list_parts import among_values
from crm.db.transaction import Transaction
from crm.imports.matching import UNSURE
from crm.imports.record import Record
from crm.records.keys import email_key, sort_key

SIZES = (20, 100, 400)
"""How many values one statement takes: of a few lengths, so that the same ones are used again."""


@dataclass(slots=True)
class Matches:
    """The oldest live client by each id of the other program, e-mail, phone, and name of a company.

    `external` has the id with what must be the same where the program is not known.
    """

    source: str
    external: dict[str, tuple[int, str, str | None]] = field(default_factory=dict)
    emails: dict[str, int] = field(default_factory=dict)
    phones: dict[str, int] = field(default_factory=dict)
    further: dict[str, int] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)

    def find(self, record: Record) -> int | None:
        """As `find_client` finds one."""
        found = self._by_external_id(record)
        keys = [email_key(email.address) for email in record.emails]
        found = found or _oldest(self.emails, keys) or _oldest(self.further, keys)
        if found is None and record.phones:
            numbers = spelled(record)
            found = _oldest(self.phones, numbers) or _oldest(self.further, numbers)
        return found or (self.companies.get(sort_key(record.name)) if record.is_company else None)

    def _by_external_id(self, record: Record) -> int | None:
        known = self.external.get(record.external_id or "")
        if known is None:
            return None
        client_id, name, email = known
        same = name == sort_key(record.name) or email in [email_key(each.address) for each in record.emails]
        return client_id if same or not self.source.startswith(UNSURE) else None


def _oldest(known: Mapping[str, int], keys: Sequence[str]) -> int | None:
    return min((known[key] for key in keys if key in known), default=None)


def spelled(record: Record) -> list[str]:
    return [each for phone in record.phones for each in spellings(phone.number)]


def matches_for(tx: Transaction, source: str, records: Sequence[Record]) -> Matches:
    emails = [email_key(email.address) for record in records for email in record.emails]
    phones = [number for record in records for number in spelled(record)]
    companies = [sort_key(record.name) for record in records if record.is_company]
    companies += [sort_key(record.company) for record in records if record.company]
    return Matches(
        source,
        _external(tx, source, [record.external_id for record in records if record.external_id]),
        _main(tx, "c.email_key", emails),
        _main(tx, "c.phone", phones),
        _further(tx, [*emails, *phones]),
        _main(tx, "c.name_key", companies, "AND c.kind = 'company'"),
    )


def _parts(values: Iterable[str]) -> Iterable[list[str]]:
    """Each value once, as many as one statement takes, the last one repeated."""
    found = list(dict.fromkeys(values))
    for start in range(0, len(found), SIZES[-1]):
        part = found[start : start + SIZES[-1]]
        size = next(size for size in SIZES if size >= len(part))
        yield part + part[-1:] * (size - len(part))


def _main(tx: Transaction, column: str, values: Sequence[str], condition: str = "") -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(values):
        among, params = among_values(column, "value", part)
        rows = tx.tuples(
            f"""
            SELECT {column} AS known_by, min(c.id) AS id
              FROM clients c
             WHERE c.workspace_id = :workspace_id
               AND {among}
               AND c.deleted_at IS NULL
               {condition}
             GROUP BY {column}
            """,
            **params,
        )
        found |= dict(rows)
    return found


def _further(tx: Transaction, values: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(values):
        among, params = among_values("p.value", "value", part)
        rows = tx.tuples(
            f"""
            SELECT p.value, min(c.id) AS id
              FROM client_contact_points p
              JOIN clients c ON c.workspace_id = p.workspace_id AND c.id = p.client_id
             WHERE p.workspace_id = :workspace_id
               AND {among}
               AND c.deleted_at IS NULL
             GROUP BY p.value
            """,
            **params,
        )
        found |= dict(rows)
    return found


def _external(tx: Transaction, source: str, values: Sequence[str]) -> dict[str, tuple[int, str, str | None]]:
    found: dict[str, tuple[int, str, str | None]] = {}
    for part in _parts(values):
        among, params = among_values("x.external_id", "value", part)
        rows = tx.tuples(
            f"""
            SELECT x.external_id, c.id, c.name_key, c.email_key
              FROM external_ids x
              JOIN clients c ON c.workspace_id = x.workspace_id AND c.id = x.subject_id
             WHERE x.workspace_id = :workspace_id
               AND x.source = :source
               AND x.subject = 'client'
               AND {among}
               AND c.deleted_at IS NULL
            """,
            source=source,
            **params,
        )
        found |= {key: (client_id, name, email) for key, client_id, name, email in rows}
    return found
