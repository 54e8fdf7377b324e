"""What was received about an erased person and is no message: it waits, is quarantined or undecided."""

import orjson

from crm.appliance.erased_rows import as_json
from crm.appliance.erased_words import Words
from crm.db.transaction import Transaction
from crm.web_forms.erasing import open_submissions


def unread_events_with(tx: Transaction, words: Words) -> set[int]:
    """Events of channels that wait to be read, or could not be, and that name the person."""
    waiting = tx.all(
        """
        SELECT id, payload
          FROM inbound_events
         WHERE workspace_id = :workspace_id
           AND state = 'waiting'
           AND due_at > ''
        """
    )
    quarantined = tx.all(
        """
        SELECT id, payload
          FROM inbound_events
         WHERE workspace_id = :workspace_id
           AND state = 'quarantined'
        """
    )
    return {row["id"] for row in (*waiting, *quarantined) if _is_about(words, row["payload"])}


def submissions_with(tx: Transaction, words: Words) -> set[int]:
    """Submissions of web forms that became no lead, and that name the person."""
    return {submission_id for submission_id, said in open_submissions(tx) if words.are_among(said)}


def erase_undecided(tx: Transaction, words: Words) -> None:
    """Deliveries that may be of this workspace or of another one, and that name the person.

    They go whole: nobody has proved yet whose they are, and they must not come in after the erasure.
    """
    own = {row["id"] for row in tx.all("SELECT id FROM channels WHERE workspace_id = :workspace_id")}
    rows = tx.all("SELECT id, channel_ids, payload FROM undecided_deliveries WHERE due_at > ''")
    ids = [
        row["id"]
        for row in rows
        if not own.isdisjoint(orjson.loads(row["channel_ids"])) and _is_about(words, row["payload"])
    ]
    tx.run(
        "DELETE FROM undecided_deliveries WHERE id IN (SELECT value FROM json_each(:ids))",
        ids=as_json(ids),
    )


def _is_about(words: Words, payload: bytes) -> bool:
    """In the texts of JSON, where letters may be spelled out; otherwise in the whole."""
    try:
        found = orjson.loads(bytes(payload))
    except orjson.JSONDecodeError:
        return words.are_in(bytes(payload).decode(errors="replace"))
    return words.are_among(found)
