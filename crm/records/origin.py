"""The keys by which an exported record is known again.

`3f0c9a1b22de-client-17` is client 17 of the workspace whose ledger begins with that hash: no other workspace
has it, also on another server.
"""

from crm.db.transaction import Transaction

LENGTH = 12
LONGEST_ID = 18


def origin_of(tx: Transaction) -> str:
    """What the keys of this workspace begin with."""
    first = tx.value(
        """
        SELECT hash
          FROM activities
         WHERE workspace_id = :workspace_id
         ORDER BY seq
         LIMIT 1
        """
    )
    return str(first or "0" * LENGTH)[:LENGTH]


def record_key(origin: str, kind: str, record_id: int) -> str:
    return f"{origin}-{kind}-{record_id}"


def id_in_key(origin: str, kind: str, key: str) -> int | None:
    """The id of the record, if the key is of that kind and workspace."""
    start = f"{origin}-{kind}-"
    number = key.removeprefix(start)
    fits = key.startswith(start) and number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
    return int(number) if fits else None
