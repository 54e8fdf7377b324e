"""The columns of a lead, as they are stored from its values."""

from decimal import Decimal
from typing import Any

from crm.custom_fields.values import without_custom
from crm.db.folding import fold, sought_in
from crm.money import as_stored
from crm.records.keys import place_key, sort_key

INSERT = """
        INSERT INTO leads (workspace_id, title, title_key, value_minor, currency, client_id, pipeline_id,
                           stage_id, rank, owner_id, source, expected_close, details, type, status,
                           lost_reason, source_key, client_key, sought, joined, stage_since, closed_at,
                           touched_at, touched_day, created_at, updated_at)
        VALUES (:workspace_id, :title, :title_key, :value_minor, :currency, :client_id, :pipeline_id,
                :stage_id, :rank, :owner_id, :source, :expected_close, :details, :type, :status,
                :lost_reason, :source_key, :client_key, :sought, :joined, :now,
                CASE WHEN :status IN ('won', 'lost') THEN :now END, :now, :today, :now, :now)
        RETURNING id
"""


def columns_of(facts: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in without_custom(facts).items() if name not in {"value", "tags"}}
    return {
        **own,
        "title_key": sort_key(facts["title"]),
        "source_key": place_key(facts["source"]),
        "value_minor": as_stored(Decimal(str(facts["value"]))),
    }


def sought_of(title: str, client_name: str, texts: str) -> dict[str, str]:
    """The columns in which a lead is looked for besides its title."""
    found = sought_in(title, client_name, texts)
    words = " ".join(part for part in (found.words, fold(texts)) if part)
    return {"client_key": sort_key(client_name), "sought": words, "joined": found.joined}
