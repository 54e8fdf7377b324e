"""Merging two clients into one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.clients.client import CLIENT_RECORD, Client, find_client, get_client
from crm.clients.client_pairs import forget_pairs, pass_on_told_apart
from crm.clients.clients import SEARCH, check_kind, index_anew, store_values
from crm.clients.companies import refuse_several
from crm.clients.duplicates import refuse_duplicate
from crm.clients.fields import given_values
from crm.clients.merge_companies import companies_wanted
from crm.clients.merge_fields import TAKEN, ClientMerge
from crm.clients.merge_moves import move_rows
from crm.clients.merged_consents import combine_consents
from crm.clients.several import lists_of_both, with_lists
from crm.custom_fields.custom_field import PREFIX
from crm.custom_fields.uniqueness import free_record
from crm.custom_fields.values import check_changed_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.records.skeleton import facts_of, refuse_stale
from crm.records.tags import set_tags
from crm.records.tombstones import set_deleted_at

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """`before` and `after` are what the winner had before and after; `aside` is what the loser gave up."""

    id: int
    winner_id: int
    loser_id: int
    before: Facts
    after: Facts
    aside: Facts


def merge_clients(
    tx: Transaction, client_id: int, asked: ClientMerge, *, expected_version: int | None = None
) -> Client:
    """Let the other client's records, and the chosen values, go to this one, which stays.

    Raises NotFound, Merged, Stale, Conflict, and Invalid for a client that cannot be merged with this one.
    """
    winner = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, winner, expected_version)
    loser = get_other(tx, winner, asked.other_id)
    refuse_stale(CLIENT_RECORD, loser, asked.other_version)
    merge = _note_merge(tx, winner, loser)
    _set_aside(tx, loser)
    given = _checked(tx, winner, asked)
    wanted = _wanted(winner, loser, given, asked)
    if not asked.allow_duplicate:
        refuse_duplicate(tx, given, besides=winner.id, known=facts_of(CLIENT_RECORD, winner))
    move_rows(tx, merge)
    combine_consents(tx, winner.id)
    wanted |= companies_wanted(tx, winner, loser, asked, wanted)
    merged = _store(tx, get_client(tx, winner.id), loser, wanted)
    _note_outcome(tx, merge, merged)
    index_anew(tx, merged)
    _record(tx, winner, loser, merged)
    return merged


def facts_kept(client: Client) -> Facts:
    """The fields of which a merge keeps one value, with the lists of which it keeps all."""
    return {**facts_of(CLIENT_RECORD, client), "picture_id": client.picture_id}


def get_other(tx: Transaction, winner: Client, other_id: int) -> Client:
    """Raises Invalid naming `other_id` for one that cannot be merged with the client, and Merged."""
    if other_id == winner.id:
        raise Invalid.field("other_id", "is this client itself")
    loser = find_client(tx, other_id)
    if loser is None:
        raise Invalid.field("other_id", "is not a client of this workspace")
    if loser.deleted_at is not None:
        raise Invalid.field("other_id", "is in the trash; restore that client first")
    if loser.kind != winner.kind:
        raise Invalid.field("other_id", Sentence("must be a {kind}, as this client is", kind=winner.kind))
    return loser


def _checked(tx: Transaction, winner: Client, asked: ClientMerge) -> Facts:
    """The values that were given. Raises Invalid naming each as `fields.email`."""
    values = given_values(asked.fields)
    unknown = [name for name in asked.from_other if name not in TAKEN and not name.startswith(PREFIX)]
    if unknown:
        raise Invalid.field("from_other", Sentence("{name} is no field to choose", name=unknown[0]))
    twice = sorted(values.keys() & set(asked.from_other))
    if twice:
        raise Invalid.field(f"fields.{twice[0]}", "is in from_other, too")
    try:
        values = with_lists(tx, values, facts_of(CLIENT_RECORD, winner), whole=False)
        values = check_changed_custom(tx, "client", winner.id, winner.custom, values, whole=False)
        if values.get("owner_id") is not None:
            check_owner(tx, values["owner_id"])
        refuse_several({"kind": winner.kind, **values})
    except Invalid as error:
        raise _within_fields(error) from None
    if values.get("kind", winner.kind) != winner.kind:
        check_kind(tx, winner, values)
    return values


def _within_fields(error: Invalid) -> Invalid:
    return error.renamed({problem.field: f"fields.{problem.field}" for problem in error.problems})


def _wanted(winner: Client, loser: Client, given: Facts, asked: ClientMerge) -> Facts:
    """Of each field what was given, else the winner's value, or the loser's where that is asked for or the
    winner has none. All e-mails, numbers and addresses of both are kept, unless a list of them was given.
    """
    own, others = facts_kept(winner), facts_kept(loser)
    custom = {name for name in (*own, *others) if name.startswith(PREFIX)}
    kept: Facts = {
        name: others.get(name) if name in asked.from_other or own.get(name) is None else own[name]
        for name in (*TAKEN, *sorted(custom))
    }
    if "tags" not in asked.from_other:
        kept["tags"] = [*winner.tags, *loser.tags]
    wanted = {**kept, **given}
    return wanted | lists_of_both(wanted, own, others, given=asked.fields.model_fields_set)


def _note_merge(tx: Transaction, winner: Client, loser: Client) -> Merge:
    before = facts_kept(winner)
    told_apart = pass_on_told_apart(tx, loser.id, winner.id)
    aside = {"tags": loser.tags, "picture_id": loser.picture_id, "told_apart": told_apart}
    merge_id = tx.insert(
        """
        INSERT INTO client_merges (workspace_id, winner_id, loser_id, before, after, aside, created_at)
        VALUES (:workspace_id, :winner_id, :loser_id, :before, '{}', :aside, :now)
        RETURNING id
        """,
        winner_id=winner.id,
        loser_id=loser.id,
        before=orjson.dumps(before).decode(),
        aside=orjson.dumps(aside).decode(),
    )
    return Merge(merge_id, winner.id, loser.id, before, {}, aside)


def _note_outcome(tx: Transaction, merge: Merge, merged: Client) -> None:
    tx.run(
        """
        UPDATE client_merges
           SET after = :after
         WHERE workspace_id = :workspace_id
           AND id = :merge_id
        """,
        merge_id=merge.id,
        after=orjson.dumps(facts_kept(merged)).decode(),
    )


def _set_aside(tx: Transaction, loser: Client) -> None:
    """Out of sight, and without what only one client can have."""
    set_tags(tx, "client", loser.id, [])
    point_at(tx, loser.id, None)
    free_record(tx, "client", loser.id)
    forget_pairs(tx, loser.id)
    forget_texts(tx, SEARCH, loser.id)
    set_deleted_at(tx, CLIENT_RECORD, loser.id, tx.now)


def _store(tx: Transaction, winner: Client, loser: Client, wanted: Mapping[str, Any]) -> Client:
    picture_id = wanted["picture_id"]
    values = {name: value for name, value in wanted.items() if name != "picture_id"}
    for other in {winner.picture_id, loser.picture_id} - {picture_id}:
        if other is not None:
            set_purpose(tx, other, "attachment")
    point_at(tx, winner.id, picture_id)
    return store_values(tx, winner, values)


def point_at(tx: Transaction, client_id: int, picture_id: int | None) -> None:
    """The file itself stays as it is."""
    tx.run(
        """
        UPDATE clients
           SET picture_id = :picture_id
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=client_id,
        picture_id=picture_id,
    )


def set_purpose(tx: Transaction, file_id: int, purpose: str) -> None:
    """A picture that is not shown any more stays among the client's files."""
    tx.run(
        """
        UPDATE files
           SET purpose = :purpose, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
        purpose=purpose,
    )


def _record(tx: Transaction, winner: Client, loser: Client, merged: Client) -> None:
    """On both timelines."""
    activity.record(tx, "client.merged", "client", loser.id, after={"merged_into_id": winner.id})
    before, after = activity.changes(facts_kept(winner), facts_kept(merged))
    activity.record(
        tx, "client.merged", "client", winner.id, before=before, after={**after, "merged_id": loser.id}
    )
