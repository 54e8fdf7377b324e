"""How far imports under way are, beside the lists of the API that they fill."""

from dataclasses import asdict
from typing import Any

from crm.db.transaction import Transaction
from crm.imports.notices import imports_under_way


def importing(tx: Transaction) -> dict[str, Any]:
    """For the `page` of a list; empty if no import is under way."""
    progress = imports_under_way(tx)
    return {} if progress is None else {"importing": asdict(progress)}
