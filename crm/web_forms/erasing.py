"""What erasing a person does to web forms: their submissions lose what was sent."""

import orjson

from crm.db.transaction import Transaction
from crm.records.erasing import REMOVED, Erasing, emptied

ERASING: Erasing = {
    "web_forms": "a form is the business's own",
    "web_form_submissions": emptied(
        sent_key="'erased-' || id",
        payload="""'{"answers":{},"marks":{}}'""",
        state="CASE WHEN state = 'done' THEN 'done' ELSE 'discarded' END",
        settled_at="coalesce(settled_at, :now)",
        blank="reason",
        keeps="form_id consent_text consent_purposes attempts due_at lead_id received_at confirmed_at",
    ),
    "web_form_files": REMOVED,
    "web_form_mails": REMOVED,
}


def open_submissions(tx: Transaction) -> list[tuple[int, object]]:
    """The ids and texts of those of which nothing was made: no record leads to them."""
    rows = tx.all(
        """
        SELECT id, payload
          FROM web_form_submissions
         WHERE workspace_id = :workspace_id
           AND lead_id IS NULL
        """
    )
    return [(row["id"], orjson.loads(row["payload"])) for row in rows]
