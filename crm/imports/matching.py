"""Find the existing client, company, lead or owner that a row is about."""

from collections.abc import Sequence

from crm.clients.having import first_with_further
from crm.clients.kind import CLIENT
from crm.clients.spellings import spellings
from crm.db.list_parts import among_values
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.imports.exported_keys import find_by_key, stands_for_other
from crm.imports.record import LeadPart, Record
from crm.leads.kind import LEAD
from crm.records.keys import email_key, sort_key

LONGEST_ID = 200
UNSURE = "columns:"
"""The prefix of sources that are no known program: another list may use the same numbers."""


def find_client(tx: Transaction, record: Record, source: str) -> int | None:
    """By its id in the other program, then e-mail, then phone; a company also by its name."""
    if record.exported is not None:
        return _find_exported(tx, record)
    found = _by_external_id(tx, "client", source, record.external_id, record)
    found = found or by_emails(tx, [email.address for email in record.emails])
    found = found or by_phones(tx, [phone.number for phone in record.phones])
    if found is None and record.is_company:
        found = find_company(tx, record.name)
    return found


def _find_exported(tx: Transaction, record: Record) -> int | None:
    """By its key; else by its values one whom no other row of the same workspace stands for."""
    key = record.external_id or ""
    found = find_by_key(tx, CLIENT, key)
    if found is not None or record.lead is not None:
        return found
    found = by_emails(tx, [email.address for email in record.emails])
    found = found or by_phones(tx, [phone.number for phone in record.phones])
    if found is None and record.is_company:
        found = find_company(tx, record.name)
    return None if found is None or stands_for_other(tx, found, key) else found


def _by_external_id(
    tx: Transaction, subject: str, source: str, external_id: str | None, record: Record
) -> int | None:
    """An id from an unknown program counts only if the name or e-mail is the same too."""
    if not external_id:
        return None
    row = tx.one(
        """
        SELECT c.id, c.name_key, c.email_key
          FROM external_ids x
          JOIN clients c ON c.workspace_id = x.workspace_id AND c.id = x.subject_id
         WHERE x.workspace_id = :workspace_id
           AND x.source = :source
           AND x.subject = :subject
           AND x.external_id = :external_id
           AND c.deleted_at IS NULL
        """,
        source=source,
        subject=subject,
        external_id=external_id,
    )
    if row is None:
        return None
    keys = [email_key(email.address) for email in record.emails]
    same = row["name_key"] == sort_key(record.name) or row["email_key"] in keys
    return int(row["id"]) if same or not source.startswith(UNSURE) else None


def by_emails(tx: Transaction, addresses: Sequence[str]) -> int | None:
    if not addresses:
        return None
    keys = [email_key(address) for address in addresses]
    among, params = among_values("c.email_key", "email", keys)
    return _first(tx, among, **params) or first_with_further(tx, keys)


def by_phones(tx: Transaction, phones: Sequence[str]) -> int | None:
    spelled = list(dict.fromkeys(each for phone in phones for each in spellings(phone)))
    if not spelled:
        return None
    among, params = among_values("c.phone", "phone", spelled)
    return _first(tx, among, **params) or first_with_further(tx, spelled)


def find_company(tx: Transaction, name: str) -> int | None:
    return _first(tx, "c.name_key = :name_key AND c.kind = 'company'", name_key=sort_key(name))


def _first(tx: Transaction, condition: str, **params: str) -> int | None:
    found = tx.value(
        f"""
        SELECT c.id
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND {condition}
           AND c.deleted_at IS NULL
         ORDER BY c.id
         LIMIT 1
        """,
        **params,
    )
    return None if found is None else int(found)


def find_lead(tx: Transaction, lead: LeadPart, title: str, client_id: int | None, source: str) -> int | None:
    """By its id in the other program; without one, by its title among the leads of the client."""
    if lead.exported is not None and lead.external_id:
        return find_by_key(tx, LEAD, lead.external_id)
    if lead.external_id:
        found = tx.value(
            """
            SELECT l.id
              FROM external_ids x
              JOIN leads l ON l.workspace_id = x.workspace_id AND l.id = x.subject_id
             WHERE x.workspace_id = :workspace_id
               AND x.source = :source
               AND x.subject = 'lead'
               AND x.external_id = :external_id
               AND l.deleted_at IS NULL
               AND (l.title_key = :title_key OR :sure = 1)
            """,
            source=source,
            external_id=lead.external_id,
            title_key=sort_key(title),
            sure=int(not source.startswith(UNSURE)),
        )
        return None if found is None else int(found)
    return _lead_of(tx, title, client_id)


def _lead_of(tx: Transaction, title: str, client_id: int | None) -> int | None:
    if client_id is None:
        return None
    found = tx.value(
        """
        SELECT l.id
          FROM leads l
         WHERE l.workspace_id = :workspace_id
           AND l.client_id = :client_id
           AND l.title_key = :title_key
           AND l.deleted_at IS NULL
         ORDER BY l.id
         LIMIT 1
        """,
        client_id=client_id,
        title_key=sort_key(title),
    )
    return None if found is None else int(found)


def keep_external_id(
    tx: Transaction, source: str, external_id: str | None, subject: str, subject_id: int
) -> None:
    """The id means the record that was imported with it last."""
    keep_external_ids(tx, source, subject, [(external_id, subject_id)])


def keep_external_ids(
    tx: Transaction, source: str, subject: str, known: Sequence[tuple[str | None, int]]
) -> None:
    """The same for several records: the id of each elsewhere, and here."""
    tx.run_many(
        """
        INSERT INTO external_ids (workspace_id, source, external_id, subject, subject_id)
        VALUES (:workspace_id, :source, :external_id, :subject, :subject_id)
            ON CONFLICT (workspace_id, source, subject, external_id)
            DO UPDATE SET subject_id = excluded.subject_id
        """,
        [
            {"source": source, "external_id": external_id, "subject": subject, "subject_id": subject_id}
            for external_id, subject_id in known
            if external_id and len(external_id) <= LONGEST_ID
        ],
    )


def owners_by_word(tx: Transaction) -> dict[str, int]:
    """Users who can log in, by e-mail and by name. A name that two users share is left out."""
    rows = tx.all(
        """
        SELECT id, name, email
          FROM users
         WHERE workspace_id = :workspace_id
           AND disabled_at IS NULL
         ORDER BY id
        """
    )
    names: dict[str, list[int]] = {}
    for row in rows:
        names.setdefault(name_key(row["name"]), []).append(row["id"])
    found = {name: ids[0] for name, ids in names.items() if len(ids) == 1}
    return found | {name_key(row["email"]): row["id"] for row in rows}
