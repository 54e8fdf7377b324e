"""Erasing what erased records are found by."""

from collections.abc import Iterable

import orjson

from crm.db.transaction import Transaction


def forget_values(tx: Transaction, kind: str, record_ids: Iterable[int]) -> None:
    tx.run(
        """
        DELETE FROM custom_values
         WHERE workspace_id = :workspace_id
           AND field_id IN (SELECT id
                              FROM custom_fields
                             WHERE workspace_id = :workspace_id
                               AND kind = :kind)
           AND record_id IN (SELECT value FROM json_each(:ids))
        """,
        kind=kind,
        ids=orjson.dumps(sorted(record_ids)).decode(),
    )
