"""Creating, changing and deleting connections to advertising platforms."""

from collections.abc import Mapping
from typing import Any

import orjson

from crm.activity import activity
from crm.campaigns.connections.connection import (
    CONNECTION_RECORD,
    Connection,
    get_connection,
    get_deleted_connection,
    list_connections,
    note_problem,
)
from crm.campaigns.connections.fields import ConnectionChanges, NewConnection
from crm.campaigns.connections.purposes import PURPOSES
from crm.campaigns.connections.sealed import open_connection, seal
from crm.campaigns.conversions.settling import tell_waiting_now
from crm.campaigns.lead_ads.arrivals import try_waiting_now
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.records.tombstones import bury, unbury
from crm.vault import SealBroken, Vault
from crm.web_forms.web_form import get_web_form

MOST_CONNECTIONS = 50


def create_connection(tx: Transaction, vault: Vault, fields: NewConnection) -> Connection:
    """Raises Invalid, and Conflict where there are too many."""
    values = fields.model_dump(exclude={"credentials"})
    values["options"] = _filled(fields.options)
    credentials = _filled(fields.credentials)
    _check(tx, values, credentials)
    _refuse_more(tx)
    connection_id = tx.insert(
        """
        INSERT INTO ad_connections (workspace_id, purpose, name, account, sealed_credentials, options,
                                    form_id, consent_text, consent_purposes, active, created_at,
                                    updated_at)
        VALUES (:workspace_id, :purpose, :name, :account, :sealed, :options,
                :form_id, :consent_text, :consent_purposes, :active, :now,
                :now)
        RETURNING id
        """,
        sealed=seal(vault, credentials, tx.actor.workspace_id),
        **_stored(values),
    )
    made = get_connection(tx, connection_id)
    after = given_facts(CONNECTION_RECORD, made)
    activity.record(tx, "ad_connection.created", "ad_connection", connection_id, after=after)
    return made


def change_connection(
    tx: Transaction,
    vault: Vault,
    connection_id: int,
    changes: ConnectionChanges,
    *,
    expected_version: int | None = None,
) -> Connection:
    """Credentials that are given replace the former ones of the same name; what waited is tried at once.

    Raises NotFound, Stale and Invalid.
    """
    old = get_connection(tx, connection_id)
    refuse_stale(CONNECTION_RECORD, old, expected_version)
    given = changes.model_dump(exclude_unset=True)
    fresh = _filled(given.pop("credentials", {}))
    if "options" in given:
        given["options"] = _filled(given["options"])
    values = differing(CONNECTION_RECORD, old, given)
    if not values and not fresh:
        return old
    credentials = {**_readable(tx, vault, connection_id), **fresh}
    new = {**facts_of(CONNECTION_RECORD, old), **values}
    _check(tx, new, credentials)
    _write(tx, connection_id, new, seal(vault, credentials, tx.actor.workspace_id))
    before, after = activity.changes(facts_of(CONNECTION_RECORD, old), values)
    if fresh:
        after = {**after, "credentials": sorted(fresh)}
    activity.record(tx, "ad_connection.changed", "ad_connection", connection_id, before=before, after=after)
    return get_connection(tx, connection_id)


def delete_connection(tx: Transaction, connection_id: int, *, expected_version: int | None = None) -> None:
    """Nothing more is taken or told; what was, stays. Raises NotFound and Stale."""
    found = get_connection(tx, connection_id)
    refuse_stale(CONNECTION_RECORD, found, expected_version)
    bury(tx, CONNECTION_RECORD, found)


def restore_connection(tx: Transaction, connection_id: int) -> Connection:
    """Raises NotFound, and Conflict where there are as many as may be."""
    found = get_deleted_connection(tx, connection_id)
    _refuse_more(tx)
    unbury(tx, CONNECTION_RECORD, found)
    _try_waiting(tx, connection_id)
    return get_connection(tx, connection_id)


def _readable(tx: Transaction, vault: Vault, connection_id: int) -> dict[str, str]:
    """None of those that cannot be read: they must be given anew."""
    try:
        return open_connection(tx, vault, connection_id)
    except SealBroken:
        return {}


def _write(tx: Transaction, connection_id: int, new: Mapping[str, Any], sealed: bytes) -> None:
    tx.run(
        """
        UPDATE ad_connections
           SET name = :name, account = :account, sealed_credentials = :sealed, options = :options,
               form_id = :form_id, consent_text = :consent_text, consent_purposes = :consent_purposes,
               active = :active,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :connection_id
        """,
        connection_id=connection_id,
        sealed=sealed,
        **{name: value for name, value in _stored(new).items() if name != "purpose"},
    )
    note_problem(tx, connection_id, None)
    _try_waiting(tx, connection_id)


def _try_waiting(tx: Transaction, connection_id: int) -> None:
    try_waiting_now(tx, connection_id)
    tell_waiting_now(tx, connection_id)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    written = {name: orjson.dumps(values[name]).decode() for name in ("options", "consent_purposes")}
    return {**values, **written, "active": int(values["active"])}


def _refuse_more(tx: Transaction) -> None:
    if len(list_connections(tx)) >= MOST_CONNECTIONS:
        raise Conflict(Sentence("A workspace can have at most {n} connections.", n=MOST_CONNECTIONS))


def _check(tx: Transaction, values: Mapping[str, Any], credentials: Mapping[str, str]) -> None:
    purpose = PURPOSES[values["purpose"]]
    for group, names, given in (
        ("credentials", purpose.credentials, credentials),
        ("options", purpose.options, values["options"]),
    ):
        if unknown := [name for name in given if name not in names]:
            raise Invalid.field(f"{group}.{unknown[0]}", "is not asked for by this connection")
        if lacking := [name for name in names if name not in purpose.may_lack and not given.get(name)]:
            raise Invalid.field(f"{group}.{lacking[0]}", "is required")
    if not values["account"].isascii() or not values["account"].replace("-", "").isdigit():
        raise Invalid.field("account", "must be a number")
    if purpose.makes_leads:
        _check_form(tx, values["form_id"])
    elif values["form_id"] is not None:
        raise Invalid.field("form_id", "is not asked for by this connection")


def _check_form(tx: Transaction, form_id: int | None) -> None:
    if form_id is None:
        raise Invalid.field("form_id", "is required")
    try:
        get_web_form(tx, form_id)
    except NotFound:
        raise Invalid.field("form_id", "is not a web form of this workspace") from None


def _filled(given: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in given.items() if text}
