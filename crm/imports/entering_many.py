"""Import many clients at once: those that are new, or here already and left as they are.

All others, such as a row that updates a client, are imported one by one (`entering.py`), in their turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.clients.fields import ClientFields
from crm.clients.many_new import create_clients, may_come_together, ready_values
from crm.clients.spellings import spellings
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.imports.consents import enter_consents
from crm.imports.entering import ESSENTIAL, add_further, values_of
from crm.imports.entry import Entry, Outcome
from crm.imports.fitting import fitting
from crm.imports.matches import Matches, matches_for
from crm.imports.matching import find_company, keep_external_ids
from crm.imports.record import Record
from crm.records.keys import email_key, sort_key

One = Callable[[Record], Outcome]


def enter_many(tx: Transaction, entry: Entry, records: Sequence[Record], one: One) -> list[Outcome]:
    """What became of each record. `one` imports a single record, and reports what is refused."""
    if entry.kind is not None or entry.options.records != "clients" or not may_come_together(tx):
        return [one(record) for record in records]
    batch = _Batch(tx, entry, one, matches_for(tx, entry.source, records))
    for record in records:
        batch.add(record)
    batch.flush()
    return [batch.outcomes[record.row] for record in records]


@dataclass(slots=True)
class _Batch:
    """`waiting` are new clients that are not stored yet, `keys` what other rows may know the clients of
    earlier rows by, `here` the ids elsewhere of clients who are here already.
    """

    tx: Transaction
    entry: Entry
    one: One
    matches: Matches
    waiting: list[tuple[Record, dict[str, Any], list[str]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    here: list[tuple[str | None, int]] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        duplicates = self.entry.options.duplicates
        if not self._is_usual(record):
            self._alone(record)
            return
        found = None if duplicates == "add" else self.matches.find(record)
        if found is not None and duplicates == "skip":
            self.here.append((record.external_id, found))
            self.outcomes[record.row] = "skipped"
        elif found is not None or not self._wait(record):
            self._alone(record)

    def _is_usual(self, record: Record) -> bool:
        """Whether it is known by now who it is, and its company is there."""
        company = _company_key(record)
        if not record.name or record.exported is not None or record.left_out:
            return False
        if record.companies or record.company_role or record.lead is not None:
            return False
        if company and company not in self.matches.companies:
            return False
        return self.entry.options.duplicates == "add" or self.keys.isdisjoint(_keys(record))

    def _wait(self, record: Record) -> bool:
        """Whether it can be stored with others. One that is refused goes the usual way, and is reported."""
        known = list(record.problems)
        try:
            company = self.matches.companies.get(_company_key(record))
            values, further = values_of(self.tx, self.entry, record, company_id=company)
            fields = fitting(ClientFields, values, record, ESSENTIAL)
            ready = ready_values(self.tx, fields, [phone.number for phone in record.phones])
        except CrmError:
            record.problems = known
            return False
        self.waiting.append((record, ready, further))
        self.keys.update(_keys(record))
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
            self.here.append((record.external_id, client_id))
            self.outcomes[record.row] = "created"
            add_further(self.tx, client_id, further)
            enter_consents(self.tx, record, client_id)
        keep_external_ids(self.tx, self.entry.source, "client", self.here)
        self.waiting, self.here = [], []


def _company_key(record: Record) -> str:
    return sort_key(record.company) if record.company and not record.is_company else ""


def _keys(record: Record) -> list[str]:
    """By which a later row could be about the same client."""
    found = [f"mail {email_key(email.address)}" for email in record.emails]
    found += [f"phone {each}" for phone in record.phones for each in spellings(phone.number)]
    found += [f"company {sort_key(record.name)}"] if record.is_company else []
    return found + ([f"id {record.external_id}"] if record.external_id else [])
