"""Files that have come for a record that is not there yet: kept out of sight, then handed over to it.

They hang on a holder of a kind that shows no files: so lists, search and trash pass over them, while their
contents are cared for, backed up and checked like all others.
"""

from collections.abc import Iterable

import orjson

from crm.db.transaction import Transaction
from crm.files.files import get_file, insert_file, record_created, reindex_file
from crm.files.uploads import Upload
from crm.records.subjects import require_live_subject


def keep_apart(tx: Transaction, holder: tuple[str, int], upload: Upload) -> int:
    """Take a stored upload in, on a holder such as ("web_form", 3)."""
    return insert_file(tx, *holder, upload, "attachment")


def hand_over(tx: Transaction, holder: str, file_ids: Iterable[int], to: tuple[str, int]) -> None:
    """Let them hang on a record from now on, as if they had been attached to it. Those that were handed over
    before stay where they are. Raises NotFound if the record does not exist.
    """
    require_live_subject(tx, "files", *to)
    for file_id in file_ids:
        moved = tx.run(
            """
            UPDATE files
               SET subject = :subject, subject_id = :subject_id, version = version + 1, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND id = :file_id
               AND subject = :holder
               AND erased_at IS NULL
            """,
            file_id=file_id,
            holder=holder,
            subject=to[0],
            subject_id=to[1],
        )
        if moved:
            reindex_file(tx, file_id)
            record_created(tx, get_file(tx, file_id))


def give_up(tx: Transaction, holder: str, file_ids: Iterable[int]) -> list[str]:
    """Delete the rows of those that were never handed over; returns the stored names, whose contents are for
    the caller to remove once this is committed. `tx` may be of SYSTEM.
    """
    rows = tx.all(
        """
        DELETE FROM files
         WHERE subject = :holder
           AND id IN (SELECT value FROM json_each(:ids))
        RETURNING stored_name
        """,
        holder=holder,
        ids=orjson.dumps(sorted(file_ids)).decode(),
    )
    return [row["stored_name"] for row in rows]
