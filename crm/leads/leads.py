"""Creating and changing leads: row, stay, tags, search and ledger in one transaction."""

from collections.abc import Mapping
from typing import Any

from crm.activity import activity
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom
from crm.db.fulltext import forget_texts, index_texts
from crm.db.transaction import Transaction
from crm.leads.card_ranks import top_of
from crm.leads.columns import INSERT, columns_of, sought_of
from crm.leads.fields import LeadChanges, LeadFields, given_values
from crm.leads.ids import LeadId
from crm.leads.lead import LEAD_RECORD, Lead, day_number, get_lead
from crm.leads.stays import enter_stage, leave_stage
from crm.leads.validation import validate_lead_changes, validate_new_lead
from crm.records.keys import sort_key
from crm.records.skeleton import differing, facts_of, refuse_stale
from crm.records.tags import set_tags

SEARCH = "leads_search"
SOUGHT = ("title", "client_id", "details", "custom")
OF_A_MOVE = {"pipeline_id", "stage_id", "status", "lost_reason", "closed_at"}


def create_lead(
    tx: Transaction,
    fields: LeadFields,
    *,
    came_with: Mapping[str, int] | None = None,
    complete: bool = False,
) -> Lead:
    """At the top of its stage. The ledger also keeps what it `came_with`, by name and id. Raises Invalid.

    Where `complete`, each custom field that is required must be given.
    """
    values = check_new_custom(tx, "lead", validate_new_lead(tx, given_values(fields)), complete=complete)
    sought = sought_of(
        values["title"], _name_of_client(tx, values["client_id"]), texts_in(tx, "lead", values)
    )
    lead_id = LeadId(_insert(tx, values, sought))
    enter_stage(tx, lead_id, values["stage_id"])
    if values["tags"]:
        set_tags(tx, "lead", lead_id, values["tags"])
    store_custom(tx, "lead", lead_id, values)
    index_texts(tx, SEARCH, lead_id, sort_key(values["title"]), *sought.values())
    lead = get_lead(tx, lead_id)
    facts = ledger_facts(lead) | dict(came_with or {})
    facts = {name: value for name, value in facts.items() if value not in (None, [])}
    activity.record(tx, "lead.created", "lead", lead_id, after=facts)
    return lead


def change_lead(
    tx: Transaction,
    lead_id: int,
    fields: LeadFields | LeadChanges,
    *,
    expected_version: int | None = None,
    restored: bool = False,
    closed_at: str | None = None,
) -> Lead:
    """Write the differing values: all fields of a whole lead, or only the given ones of changes.

    `restored` values were stored before: see `validate_lead_changes`; `closed_at` is the moment of the win
    or loss that comes back with them. If nothing differs, nothing is written.
    Raises NotFound, Stale and Invalid.
    """
    old = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, old, expected_version)
    given = validate_lead_changes(tx, old, given_values(fields), restored=restored)
    whole = isinstance(fields, LeadFields)
    given = check_changed_custom(tx, "lead", lead_id, old.custom, given, whole=whole)
    values = differing(LEAD_RECORD, old, given)
    return write_values(tx, old, values, closed_at=closed_at) if values else old


def write_values(
    tx: Transaction,
    old: Lead,
    values: dict[str, Any],
    *,
    rank: str | None = None,
    closed_at: str | None = None,
) -> Lead:
    """Store values that differ from the old ones, with their entry in the ledger.

    A lead that changes its stage goes to `rank` there, or to the top.
    """
    place: dict[str, str] = {}
    if "stage_id" in values:
        stage_id = values["stage_id"]
        place = {
            "rank": rank or top_of(tx, stage_id),
            "old_kind": old.stage_kind,
            "closed_at": closed_at or tx.now,
        }
        leave_stage(tx, old.id)
        enter_stage(tx, old.id, stage_id)
    if "tags" in values:
        set_tags(tx, "lead", old.id, values["tags"])
    store_custom(tx, "lead", old.id, values)
    _update(tx, old.id, {**facts_of(LEAD_RECORD, old), **values}, place)
    new = get_lead(tx, old.id)
    if any(getattr(new, name) != getattr(old, name) for name in SOUGHT):
        forget_texts(tx, SEARCH, old.id)
        index_lead(tx, new)
    before, after = activity.changes(ledger_facts(old), ledger_facts(new))
    action = "lead.moved" if "stage_id" in after and after.keys() <= OF_A_MOVE else "lead.changed"
    activity.record(tx, action, "lead", old.id, before=before, after=after)
    return new


def ledger_facts(lead: Lead) -> dict[str, Any]:
    """The facts of a lead for the ledger, with the moment of a win or loss if there is one."""
    return facts_of(LEAD_RECORD, lead) | {"closed_at": lead.closed_at}


def index_lead(tx: Transaction, lead: Lead) -> None:
    """By title and by the client's name; both also sort the list."""
    sought = sought_of(lead.title, lead.client_name or "", texts_in(tx, "lead", facts_of(LEAD_RECORD, lead)))
    tx.run(
        """
        UPDATE leads
           SET client_key = :client_key, sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
           AND (client_key, sought, joined) <> (:client_key, :sought, :joined)
        """,
        lead_id=lead.id,
        **sought,
    )
    index_texts(tx, SEARCH, lead.id, sort_key(lead.title), *sought.values())


def _name_of_client(tx: Transaction, client_id: int | None) -> str:
    if client_id is None:
        return ""
    name = tx.value(
        "SELECT name FROM clients WHERE workspace_id = :workspace_id AND id = :client_id", client_id=client_id
    )
    return str(name)


def index_leads_of(tx: Transaction, client_id: int) -> None:
    rows = tx.all(
        """
        SELECT id
          FROM leads
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND deleted_at IS NULL
        """,
        client_id=client_id,
    )
    for row in rows:
        forget_texts(tx, SEARCH, row["id"])
        index_lead(tx, get_lead(tx, row["id"]))


def _update(tx: Transaction, lead_id: int, facts: dict[str, Any], place: dict[str, str]) -> None:
    """`place` is given where it changes its stage: what PLACE takes beside the stage."""
    stored = columns_of(facts)
    del stored["pipeline_id"]
    if not place:
        del stored["stage_id"]
    tx.run(
        f"""
        UPDATE leads
           SET {PLACE if place else ""}
               title = :title, title_key = :title_key, value_minor = :value_minor, currency = :currency,
               client_id = :client_id, owner_id = :owner_id, source = :source,
               source_key = :source_key, expected_close = :expected_close, details = :details,
               type = :type, status = :status, lost_reason = :lost_reason,
               touched_at = :now, touched_day = :today, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        today=day_number(tx.now),
        **stored,
        **place,
    )


PLACE = """(pipeline_id, stage_id, closed_at) = (
                   SELECT pipeline_id, id,
                          CASE kind WHEN 'open'    THEN NULL
                                    WHEN :old_kind THEN leads.closed_at
                                    ELSE :closed_at END
                     FROM stages
                    WHERE workspace_id = :workspace_id
                      AND id = :stage_id),
               rank = :rank, stage_since = :now,"""
"""Pipeline and stage go together, as the schema checks them together.

A won or lost lead that moves between such stages keeps the moment of its win or loss.
"""


def _insert(tx: Transaction, values: dict[str, Any], sought: dict[str, str]) -> int:
    return tx.insert(
        INSERT,
        rank=top_of(tx, values["stage_id"]),
        today=day_number(tx.now),
        **columns_of(values),
        **sought,
    )
