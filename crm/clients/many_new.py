"""Many new clients at once, as an import creates them: each statement runs once for all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.activity import activity
from crm.clients.clients import INSERT, SEARCH, columns_to_store, texts_of
from crm.clients.fields import ClientFields, given_values
from crm.clients.several import ledger_facts, store_lists, with_lists
from crm.clients.sought_texts import companies_in, company_names
from crm.custom_fields.custom_field import custom_fields_of
from crm.custom_fields.values import check_new_custom, store_new_custom
from crm.db.fulltext import index_many
from crm.db.transaction import Transaction
from crm.records.tags import tag_many

Values = dict[str, Any]


def may_come_together(tx: Transaction) -> bool:
    """Not where a custom field is unique: a value is known to be taken only once it is stored."""
    return not any(field.unique for field in custom_fields_of(tx, "client").all)


def ready_values(tx: Transaction, fields: ClientFields, numbers: Sequence[str]) -> Values:
    """The values of a new client. `numbers` are those of its phones that are E.164 for certain.

    Raises Invalid for custom values that do not fit, and for lists that do not fit together.
    """
    values = check_new_custom(tx, "client", given_values(fields), complete=False)
    known = {"phones": [{"phone": number, "label": None, "main": True} for number in numbers]}
    return with_lists(tx, values, known, whole=True)


def create_clients(tx: Transaction, wanted: Sequence[Values]) -> list[int]:
    """Store checked values as new clients, each with its search entry and its entry in the ledger.

    Their companies and owners must be there: that is not checked again.
    """
    firms = company_names(tx, (each for values in wanted for each in companies_in(values)))
    columns = [columns_to_store(tx, values, firms) for values in wanted]
    ids = tx.insert_many(INSERT, columns)
    tags = tag_many(
        tx, "client", {each: values["tags"] for each, values in _with(ids, wanted) if values["tags"]}
    )
    for client_id, values in _with(ids, wanted):
        store_lists(tx, client_id, {}, values)
    store_new_custom(tx, "client", list(_with(ids, wanted)))
    index_many(tx, SEARCH, [(each, texts_of(row)) for each, row in zip(ids, columns, strict=True)])
    changed = [(each, _facts({**values, "tags": tags.get(each, [])})) for each, values in _with(ids, wanted)]
    activity.record_many(tx, "client.created", "client", changed)
    return ids


def _with(ids: Sequence[int], wanted: Sequence[Values]) -> "zip[tuple[int, Values]]":
    return zip(ids, wanted, strict=True)


def _facts(values: Mapping[str, Any]) -> Values:
    return {name: value for name, value in ledger_facts(values).items() if value not in (None, [])}
