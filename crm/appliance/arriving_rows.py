"""Whether what arrives in a file could have been written here: each row, each file, and all rows together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm.accounts.rows import ROWS as ACCOUNTS
from crm.activity.rows import ROWS as ACTIVITY
from crm.clients.filetypes import recognise
from crm.clients.rows import ROWS as CLIENTS
from crm.conversations.rows import ROWS as CONVERSATIONS
from crm.conversations.transport.media_types import KEPT
from crm.db.copies import Copy
from crm.db.transfer.archive import Record, TransferFailed
from crm.errors import Invalid, WrongType
from crm.leads.rows import ROWS as LEADS
from crm.row_rules import COMMON, RowRules, Rule, content, told, whole_number

RULES: Mapping[str, RowRules] = {**ACCOUNTS, **ACTIVITY, **CLIENTS, **LEADS, **CONVERSATIONS}
OTHERS: Mapping[type, Rule] = {
    int: whole_number(-(2**53), 2**53),
    str: told(1_000_000),
    bytes: content(),
}
"""For what only the schema knows, such as values that it lists."""

CONTRADICTIONS: Mapping[str, str] = {
    "workspaces: there must be one": "SELECT 1 WHERE (SELECT count(*) FROM workspaces) <> 1",
    "users: none of them is an owner who can log in": """
        SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = 'owner' AND disabled_at IS NULL)""",
    "clients: company_id names one that is no company": """
        SELECT 1
          FROM clients c
          JOIN clients company ON company.workspace_id = c.workspace_id AND company.id = c.company_id
         WHERE company.kind <> 'company' OR company.id = c.id""",
    "clients: picture_id names a file that is not their picture": """
        SELECT 1
          FROM clients c
          JOIN files f ON f.workspace_id = c.workspace_id AND f.id = c.picture_id
         WHERE f.client_id <> c.id OR f.purpose <> 'picture'""",
    "notes: subject_id names nothing": """
        SELECT 1
          FROM notes n
         WHERE (n.subject = 'client' AND NOT EXISTS (SELECT 1 FROM clients WHERE id = n.subject_id))
            OR (n.subject = 'lead' AND NOT EXISTS (SELECT 1 FROM leads WHERE id = n.subject_id))""",
    "tasks: subject_id names nothing": """
        SELECT 1
          FROM tasks t
         WHERE (t.subject = 'client' AND NOT EXISTS (SELECT 1 FROM clients WHERE id = t.subject_id))
            OR (t.subject = 'lead' AND NOT EXISTS (SELECT 1 FROM leads WHERE id = t.subject_id))""",
}
"""Each with a statement that finds a row when it is so."""


def admit_row(table: str, record: Record) -> Record:
    """The row, with what follows from its columns made anew. Raises Invalid by column."""
    rules = RULES.get(table, RowRules({}))
    for name, value in record.items():
        if value is not None and name not in rules.made:
            wrong = rule_of(rules, name, value)(value)
            if wrong is not None:
                raise Invalid.field(name, wrong)
    made = {name: make(record) for name, make in rules.made.items() if name in record}
    return {**record, **made}


def rule_of(rules: RowRules, name: str, value: Any) -> Rule:
    return rules.columns.get(name) or COMMON.get(name) or OTHERS[type(value)]


def look_at_file(copy: Copy, stored_name: str, place: Path) -> None:
    """Its content is what its row says, as with an upload. Raises TransferFailed."""
    sql = "SELECT id, name, media_type FROM files WHERE stored_name = ?"
    for file_id, name, media_type in copy.connection.execute(sql, (stored_name,)):
        try:
            with place.open("rb") as stream:
                found = recognise(str(name), stream, KEPT).media_type
        except WrongType as error:
            raise TransferFailed(
                f"The file files/{file_id} of the export is not taken: {error.message}"
            ) from error
        if found != media_type:
            raise TransferFailed(
                f"The file files/{file_id} of the export is not the {media_type} that its row says."
            )


def refuse_contradictions(copy: Copy) -> None:
    for what, sql in CONTRADICTIONS.items():
        if copy.connection.execute(f"{sql} LIMIT 1").fetchall():
            raise TransferFailed(f"The export contradicts itself. Of {what}.")
