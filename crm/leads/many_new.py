"""Many new leads at once, as an import creates them: each statement runs once for all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.activity import activity
from crm.clients.sought_texts import company_names
from crm.custom_fields.custom_field import custom_fields_of
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.values import check_new_custom, store_new_custom
from crm.db.fulltext import index_many
from crm.db.transaction import Transaction
from crm.leads.card_ranks import top_of
from crm.leads.columns import INSERT, columns_of, sought_of
from crm.leads.fields import LeadFields, given_values
from crm.leads.filters import CLOSED
from crm.leads.lead import day_number
from crm.leads.leads import SEARCH
from crm.leads.stays import ENTER
from crm.leads.validation import validate_new_lead
from crm.records.keys import sort_key
from crm.records.ranks import rank_between
from crm.records.tags import tag_many

Values = dict[str, Any]


def may_come_together(tx: Transaction) -> bool:
    """Not where a custom field is unique: a value is known to be taken only once it is stored."""
    return not any(field.unique for field in custom_fields_of(tx, "lead").all)


def ready_values(tx: Transaction, fields: LeadFields) -> Values:
    """The values of a new lead. Raises Invalid."""
    return check_new_custom(tx, "lead", validate_new_lead(tx, given_values(fields)), complete=False)


def create_leads(tx: Transaction, wanted: Sequence[Values]) -> list[int]:
    """Store checked values as new leads, each above the one before it, at the top of its stage."""
    names = company_names(tx, (each["client_id"] for each in wanted if each["client_id"] is not None))
    sought = [
        sought_of(each["title"], names.get(each["client_id"], ""), texts_in(tx, "lead", each))
        for each in wanted
    ]
    rows = [
        {**columns_of(each), **texts, "rank": rank, "today": day_number(tx.now)}
        for each, texts, rank in zip(wanted, sought, _ranks(tx, wanted), strict=True)
    ]
    ids = tx.insert_many(INSERT, rows)
    made = list(zip(ids, wanted, strict=True))
    tx.run_many(ENTER, [{"lead_id": each, "stage_id": values["stage_id"]} for each, values in made])
    tags = tag_many(tx, "lead", {each: values["tags"] for each, values in made if values["tags"]})
    store_new_custom(tx, "lead", made)
    texts = [(sort_key(each["title"]), *found.values()) for each, found in zip(wanted, sought, strict=True)]
    index_many(tx, SEARCH, list(zip(ids, texts, strict=True)))
    changed = [(each, _facts(tx, {**values, "tags": tags.get(each, [])})) for each, values in made]
    activity.record_many(tx, "lead.created", "lead", changed)
    return ids


def _ranks(tx: Transaction, wanted: Sequence[Values]) -> list[str]:
    tops: dict[int, str] = {}
    ranks = []
    for each in wanted:
        above = tops.get(each["stage_id"])
        rank = top_of(tx, each["stage_id"]) if above is None else rank_between(None, above)
        tops[each["stage_id"]] = rank
        ranks.append(rank)
    return ranks


def _facts(tx: Transaction, values: Mapping[str, Any]) -> Values:
    if values["status"] in CLOSED:
        values = {**values, "closed_at": tx.now}
    return {name: value for name, value in values.items() if value not in (None, [])}
