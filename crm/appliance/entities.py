"""Which table holds the records that the ledger calls by one name."""

from collections.abc import Mapping

IRREGULAR: Mapping[str, str] = {
    "event": "inbound_events",
    "quick_reply": "quick_replies",
    "template": "message_templates",
}
_NAMES = {table: entity for entity, table in IRREGULAR.items()}


def table_of(entity: str) -> str:
    return IRREGULAR.get(entity, f"{entity}s")


def entity_of(table: str) -> str:
    return _NAMES.get(table, table.removesuffix("s"))
