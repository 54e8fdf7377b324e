"""The bare rows of leads and of what arrives by WhatsApp."""

from pathlib import Path

import orjson

from bench.bare_rows import Run, Values, append_activity
from crm import clock
from crm.db.folding import fold
from crm.db.grams import ID_BITS, grams_of
from crm.db.sqlite.engine import open_writer
from crm.records.ranks import rank_between


def store_lead(run: Run, values: Values) -> Values:
    values |= {"title_key": fold(values["title"]), "value_minor": values["value"] * 10_000}
    [(pipeline_id, stage_id)] = run(FIRST_STAGE, values).fetchall()
    values |= {"pipeline_id": pipeline_id, "stage_id": stage_id}
    [(lead_id,)] = run(INSERT_LEAD, {**values, "rank": _top(run, values)}).fetchall()
    values["lead_id"] = lead_id
    run(ENTER_STAGE, values)
    run(INDEX_LEAD, {**values, "grams": grams_of(values["title_key"])})
    facts = {"title": values["title"], "value": values["value"], "stage_id": stage_id}
    append_activity(run, values, ("lead.created", "lead", lead_id), None, facts)
    return _shown(run, values)


def move_lead(run: Run, values: Values) -> Values:
    [(before,)] = run(STAGE_OF, values).fetchall()
    run(LEAVE_STAGE, values)
    run(ENTER_STAGE, values)
    run(CHANGE_STAGE, {**values, "rank": _top(run, values)})
    facts = {"stage_id": before}, {"stage_id": values["stage_id"]}
    append_activity(run, values, ("lead.moved", "lead", values["lead_id"]), *facts)
    return _shown(run, values)


def store_event(run: Run, values: Values) -> Values:
    document = orjson.loads(values["payload"])
    message = document["entry"][0]["changes"][0]["value"]["messages"][0]
    run(INSERT_EVENT, {**values, "event_key": message["id"]})
    return {"received": True}


def add_channel(database: Path) -> None:
    """The events' own, in a database without one."""
    connection = open_writer(database)
    connection.execute(INSERT_CHANNEL, {"now": clock.timestamp()})
    connection.close()


def _top(run: Run, values: Values) -> str:
    first = run(FIRST_RANK, values).fetchall()
    return rank_between(None, str(first[0][0]) if first else None)


def _shown(run: Run, values: Values) -> Values:
    [row] = run(READ_LEAD, values).fetchall()
    return dict(zip(("id", "title", "stage_id", "version"), row, strict=True))


FIRST_STAGE = """
    SELECT pipeline_id, id FROM stages WHERE workspace_id = :workspace_id ORDER BY rank LIMIT 1
"""
FIRST_RANK = """
    SELECT rank
      FROM leads
     WHERE workspace_id = :workspace_id AND stage_id = :stage_id AND deleted_at IS NULL
     ORDER BY rank
     LIMIT 1
"""
INSERT_LEAD = """
    INSERT INTO leads (workspace_id, title, title_key, value_minor, currency, client_id, pipeline_id,
                       stage_id, rank, type, status, stage_since, touched_at, touched_day,
                       created_at, updated_at)
    VALUES (:workspace_id, :title, :title_key, :value_minor, 'EUR', :client_id, :pipeline_id, :stage_id,
            :rank, 'order', 'new', :now, :now, 1, :now, :now)
    RETURNING id
"""
ENTER_STAGE = """
    INSERT INTO stage_stays (workspace_id, lead_id, stage_id, entered_at)
    VALUES (:workspace_id, :lead_id, :stage_id, :now)
"""
LEAVE_STAGE = """
    UPDATE stage_stays SET left_at = :now
     WHERE workspace_id = :workspace_id AND lead_id = :lead_id AND left_at IS NULL
"""
INDEX_LEAD = f"""
    INSERT INTO leads_search (rowid, grams) VALUES ((:workspace_id << {ID_BITS}) | :lead_id, :grams)
"""
STAGE_OF = """
    SELECT stage_id FROM leads WHERE workspace_id = :workspace_id AND id = :lead_id
"""
CHANGE_STAGE = """
    UPDATE leads
       SET stage_id = :stage_id, rank = :rank, status = 'in_progress', stage_since = :now, touched_at = :now,
           version = version + 1, updated_at = :now
     WHERE workspace_id = :workspace_id AND id = :lead_id
"""
READ_LEAD = """
    SELECT id, title, stage_id, version FROM leads WHERE workspace_id = :workspace_id AND id = :lead_id
"""
INSERT_CHANNEL = """
    INSERT INTO channels (id, workspace_id, kind, address, shown_as, create_leads,
                          sealed_secrets, verify_mark, created_at, updated_at)
    VALUES (1, 1, 'whatsapp', 'bare', 'bare', 0, x'00', 'bare', :now, :now)
"""
INSERT_EVENT = """
    INSERT INTO inbound_events (workspace_id, channel_id, kind, event_key, payload, state,
                                due_at, received_at)
    VALUES (:workspace_id, 1, 'message', :event_key, :payload, 'waiting', :now, :now)
        ON CONFLICT (workspace_id, event_key) DO NOTHING
"""
