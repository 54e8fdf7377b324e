"""Import many clients at once, with their leads: those that are new, or here already and left as they are.

All others, such as a row that updates a client, are imported one by one (`entering.py`), in their turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.clients.fields import ClientFields
from crm.clients.many_new import create_clients, may_come_together, ready_values
from crm.clients.spellings import spellings
from crm.db.transaction import Transaction
from crm.errors import Busy, CrmError, Full
from crm.imports.consents import enter_consents
from crm.imports.entering import ESSENTIAL, add_further, find_named_before, values_of
from crm.imports.entry import Entry, RowResult
from crm.imports.fitting import fitting
from crm.imports.lead_entries import enter_leads
from crm.imports.matches import Matches, matches_for
from crm.imports.matching import find_company, keep_external_ids
from crm.imports.photos import take_photo
from crm.imports.record import Record
from crm.records.keys import email_key, sort_key

One = Callable[[Record], RowResult]


def enter_many(tx: Transaction, entry: Entry, records: Sequence[Record], one: One) -> list[RowResult]:
    """What became of each record. `one` imports a single record, and reports what is refused.

    If something is refused that was stored together with others, nothing of it stays, and halves are tried.
    """
    if entry.kind is not None or not may_come_together(tx):
        return [one(record) for record in records]
    known = [list(record.problems) for record in records]
    try:
        with tx.savepoint():
            return _together(tx, entry, records, one)
    except (Busy, Full):
        raise
    except CrmError:
        for record, problems in zip(records, known, strict=True):
            record.problems = problems
    half = len(records) // 2
    if not half:
        return [one(record) for record in records]
    return enter_many(tx, entry, records[:half], one) + enter_many(tx, entry, records[half:], one)


def _together(tx: Transaction, entry: Entry, records: Sequence[Record], one: One) -> list[RowResult]:
    batch = _Batch(tx, entry, one, matches_for(tx, entry.source, records))
    for record in records:
        batch.add(record)
    batch.flush()
    return [batch.outcomes[record.row] for record in records]


@dataclass(slots=True)
class _Batch:
    """`waiting` are new clients that are not stored yet, `keys` what other rows may know the clients of
    earlier rows by, `here` the ids elsewhere of clients who are here already. `leads` are entered once all
    clients are here, each with the id of its client.
    """

    tx: Transaction
    entry: Entry
    one: One
    matches: Matches
    waiting: list[tuple[Record, dict[str, Any], list[str]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    here: list[tuple[str | None, int]] = field(default_factory=list)
    leads: list[Record] = field(default_factory=list)
    clients: dict[int, int] = field(default_factory=dict)
    outcomes: dict[int, RowResult] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        duplicates, keys = self.entry.options.duplicates, _keys(record)
        if not self._is_usual(record, keys):
            self._alone(record)
            return
        found = None if duplicates == "add" else self.matches.find(record)
        if found is not None and find_named_before(self.tx, record):
            self._alone(record)
            return
        if found is not None and duplicates == "skip":
            self._is_here(record, found, "skipped")
        elif found is not None or not self._wait(record, keys):
            self._alone(record)
            return
        if record.lead is not None:
            self.leads.append(record)

    def _is_here(self, record: Record, client_id: int, outcome: RowResult) -> None:
        self.here.append((record.external_id, client_id))
        self.clients[record.row], self.outcomes[record.row] = client_id, outcome

    def _is_usual(self, record: Record, keys: Sequence[str]) -> bool:
        """Whether it is known by now who it is, and its company is there."""
        company = _company_key(record)
        if not record.name or record.exported is not None or record.left_out:
            return False
        if record.companies or record.company_role:
            return False
        if company and company not in self.matches.companies:
            return False
        return self.entry.options.duplicates == "add" or self.keys.isdisjoint(keys)

    def _wait(self, record: Record, keys: Sequence[str]) -> bool:
        """Whether it can be stored with others. One that is refused goes the usual way, and is reported."""
        known = list(record.problems)
        try:
            company = self.matches.companies.get(_company_key(record))
            values, further = values_of(self.tx, self.entry, record, company_id=company)
            given = {name: value for name, value in values.items() if value is not None}
            fields = fitting(ClientFields, given, record, ESSENTIAL)
            ready = ready_values(self.tx, fields, [phone.number for phone in record.phones])
        except CrmError:
            record.problems = known
            return False
        self.waiting.append((record, ready, further))
        self.keys.update(keys)
        return True

    def _alone(self, record: Record) -> None:
        """After all that came before it."""
        self.flush()
        self.outcomes[record.row] = self.one(record)
        self.keys.update(_keys(record))
        for name in (record.company, record.name):
            if name and (found := find_company(self.tx, name)) is not None:
                self.matches.companies[sort_key(name)] = found

    def flush(self) -> None:
        ids = create_clients(self.tx, [values for _, values, _ in self.waiting]) if self.waiting else []
        for client_id, (record, _, further) in zip(ids, self.waiting, strict=True):
            self._is_here(record, client_id, "created")
            add_further(self.tx, client_id, further)
            enter_consents(self.tx, record, client_id)
            take_photo(self.tx, record, client_id)
        keep_external_ids(self.tx, self.entry.source, "client", self.here)
        leads = [(record, self.clients[record.row]) for record in self.leads]
        for record, outcome in zip(self.leads, enter_leads(self.tx, self.entry, leads), strict=True):
            self.outcomes[record.row] = outcome
        self.waiting, self.here, self.leads = [], [], []


def _company_key(record: Record) -> str:
    return sort_key(record.company) if record.company and not record.is_company else ""


def _keys(record: Record) -> list[str]:
    """By which a later row could be about the same client."""
    found = [f"mail {email_key(email.address)}" for email in record.emails]
    found += [f"phone {each}" for phone in record.phones for each in spellings(phone.number)]
    found += [f"company {sort_key(record.name)}"] if record.is_company else []
    return found + ([f"id {record.external_id}"] if record.external_id else [])
