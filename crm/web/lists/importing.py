"""How far imports under way are, beside the lists of the API that they fill."""

from dataclasses import asdict
from typing import Any

from crm.db.transaction import Transaction
from crm.imports.notices import ImportProgress, imports_under_way


def importing(tx: Transaction) -> dict[str, Any]:
    """For the `page` of a list; empty if no import is under way."""
    name = ("importing", tx.actor.workspace_id)
    if name not in tx.remembered:
        tx.remembered[name] = imports_under_way(tx)
    progress: ImportProgress | None = tx.remembered[name]
    return {} if progress is None else {"importing": asdict(progress)}
