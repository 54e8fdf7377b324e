"""Taking the last merge of a client back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity import activity
from crm.clients.addresses import FLAT, main_address_first
from crm.clients.client import CLIENT_RECORD, Client, get_client, stored_client
from crm.clients.client_pairs import take_back_told_apart
from crm.clients.clients import index_anew, store_values, write_values
from crm.clients.companies import Link, listed_companies, main_company_first
from crm.clients.contact_points import FORMS, Point, main_first
from crm.clients.links import check_company
from crm.clients.merge_fields import ClientUnmerge
from crm.clients.merge_moves import move_rows_back
from crm.clients.merged_consents import separate_consents
from crm.clients.merges import Facts, Merge, facts_kept, point_at, set_purpose
from crm.clients.several import BESIDE
from crm.custom_fields.custom_field import PREFIX, custom_fields_of
from crm.custom_fields.uniqueness import claim_record
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.records.keys import tag_key
from crm.records.skeleton import facts_of, refuse_stale
from crm.records.tags import set_tags
from crm.records.tombstones import set_deleted_at

CHANGED = (
    "Some fields that the merge set have been changed since. Say for each which value to keep: as it is now, "
    "or as it was before the merge."
)


@dataclass(frozen=True, slots=True)
class Separated:
    """The client, and the one that is a client of its own again."""

    client: Client
    other: Client


def unmerge_client(
    tx: Transaction, client_id: int, asked: ClientUnmerge, *, expected_version: int | None = None
) -> Separated:
    """Exactly what the last merge moved and set goes back; what came since stays.

    Raises NotFound, Merged, Stale, and Conflict if there was no merge, or with `changed`: the fields that
    the merge set and somebody changed since, of which `keep` does not say what to keep.
    """
    winner = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, winner, expected_version)
    merge = last_merge(tx, client_id)
    if merge is None:
        raise Conflict("This client was not merged with another.")
    values = _values_back(tx, winner, merge, asked)
    move_rows_back(tx, merge)
    for each in (merge.winner_id, merge.loser_id):
        separate_consents(tx, each)
    _end_merge(tx, merge)
    set_deleted_at(tx, CLIENT_RECORD, merge.loser_id, None)
    client = _set_back(tx, winner, merge, values)
    other = _bring_back(tx, merge)
    _record(tx, winner, client, other)
    return Separated(client, other)


def last_merge(tx: Transaction, client_id: int) -> Merge | None:
    """The newest that was not taken back."""
    row = tx.one(
        """
        SELECT id, winner_id, loser_id, before, after, aside
          FROM client_merges
         WHERE workspace_id = :workspace_id
           AND winner_id = :client_id
           AND undone_at IS NULL
         ORDER BY id DESC
         LIMIT 1
        """,
        client_id=client_id,
    )
    if row is None:
        return None
    facts = {name: orjson.loads(row.pop(name)) for name in ("before", "after", "aside")}
    return Merge(**row, **facts)


def merged_with(tx: Transaction, client_id: int) -> Client | None:
    """The client that the last merge would give back."""
    merge = last_merge(tx, client_id)
    return None if merge is None else stored_client(tx, merge.loser_id)


def _values_back(tx: Transaction, winner: Client, merge: Merge, asked: ClientUnmerge) -> Facts:
    """What the winner gets back. Raises Conflict while it is not said of each changed field."""
    now, keep = facts_kept(winner), asked.keep
    values: Facts = {}
    changed = []
    for name in _names(tx, merge):
        before, merged = merge.before.get(name), merge.after.get(name)
        if name == "tags":
            values[name] = _tags_back(now[name], before or [], merged or [])
        elif name in BESIDE or merged == before:
            continue
        elif now.get(name) == merged or keep.get(name) == "before":
            values[name] = before
        elif name not in keep:
            changed.append({"field": name, "before": before, "merged": merged, "now": now.get(name)})
    if changed:
        raise Conflict(CHANGED, {"changed": changed})
    for form in FORMS:
        main = values.get(form, now[form])
        values |= _points_back(form, main, *(facts[f"{form}s"] for facts in (now, merge.before, merge.after)))
    main_company = values.get("company_id", now["company_id"])
    values |= _companies_back(main_company, *map(listed_companies, (now, merge.before, merge.after)))
    flat = {name: values.get(name, now[name]) for name in FLAT}
    lists = (facts.get("addresses") or [] for facts in (now, merge.before, merge.after))
    return values | _addresses_back(flat, *lists)


def _names(tx: Transaction, merge: Merge) -> list[str]:
    """Without custom fields that were removed since."""
    known = custom_fields_of(tx, "client").by_name
    names = dict.fromkeys((*merge.before, *merge.after))
    return [name for name in names if name in known or not name.startswith(PREFIX)]


def _points_back(
    form: str, main: str | None, now: list[Point], before: list[Point], merged: list[Point]
) -> Facts:
    """As with tags: without those that came by the merge, and with those that went by it."""
    old, new = ({point[form] for point in points} for points in (before, merged))
    stayed = [point for point in now if point[form] not in new - old]
    went = [point for point in before if point[form] not in new]
    return main_first(form, main, [stayed, went])


def _companies_back(
    main: int | None, now: Sequence[Link], before: Sequence[Link], merged: Sequence[Link]
) -> Facts:
    """As with tags; a role that the merge set goes back, unless it has changed since."""
    old, new = ({link["company_id"]: link["role"] for link in links} for links in (before, merged))
    stayed = []
    for link in now:
        company_id, role = link["company_id"], link["role"]
        if company_id in old or company_id not in new:
            set_by_merge = company_id in old and new.get(company_id, role) == role
            stayed.append({**link, "role": old[company_id] if set_by_merge else role})
    went = [link for link in before if link["company_id"] not in new]
    return main_company_first(main, [stayed, went])


def _addresses_back(main: Facts, now: list[Facts], before: list[Facts], merged: list[Facts]) -> Facts:
    """As with tags; the main one of today goes where the client gets another one back."""
    old, new = ([_without_main(each) for each in addresses] for addresses in (before, merged))
    today = [
        each for each in now if not each["main"] or main == {name: each[part] for name, part in FLAT.items()}
    ]
    stayed = [each for each in today if _without_main(each) in old or _without_main(each) not in new]
    went = [each for each in before if _without_main(each) not in new]
    return main_address_first(main, [*stayed, *went])


def _without_main(address: Facts) -> Facts:
    return {name: value for name, value in address.items() if name != "main"}


def _tags_back(now: list[str], before: list[str], merged: list[str]) -> list[str]:
    """Without those that came by the merge, and with those that went by it."""
    came = set(map(tag_key, merged)) - set(map(tag_key, before))
    stayed = [tag for tag in now if tag_key(tag) not in came]
    went = set(map(tag_key, before)) - set(map(tag_key, merged))
    return [*stayed, *(tag for tag in before if tag_key(tag) in went)]


def _end_merge(tx: Transaction, merge: Merge) -> None:
    take_back_told_apart(tx, merge.winner_id, merge.aside.get("told_apart") or [])
    tx.run(
        """
        UPDATE client_merges
           SET undone_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :merge_id
        """,
        merge_id=merge.id,
    )


def _bring_back(tx: Transaction, merge: Merge) -> Client:
    claim_record(tx, "client", merge.loser_id)
    set_tags(tx, "client", merge.loser_id, merge.aside["tags"])
    _show_picture(tx, merge.loser_id, merge.aside["picture_id"])
    other = get_client(tx, merge.loser_id)
    if other.company_id is not None and not _is_company(tx, other.id, other.company_id):
        further = facts_of(CLIENT_RECORD, other)["companies"][1:]
        other = write_values(tx, other, main_company_first(None, [further]))
    index_anew(tx, other)
    return other


def _set_back(tx: Transaction, winner: Client, merge: Merge, values: Facts) -> Client:
    own = {name: value for name, value in values.items() if name != "picture_id"}
    lives = [link for link in own["companies"] if _is_company(tx, winner.id, link["company_id"])]
    main = own["company_id"] if any(link["company_id"] == own["company_id"] for link in lives) else None
    own |= main_company_first(main, [lives], kind=winner.kind)
    if "picture_id" in values:
        _show_picture(tx, winner.id, values["picture_id"])
    elif merge.aside["picture_id"] is not None and winner.picture_id == merge.aside["picture_id"]:
        point_at(tx, winner.id, None)
    client = store_values(tx, winner, own)
    index_anew(tx, client)
    return client


def _show_picture(tx: Transaction, client_id: int, picture_id: int | None) -> None:
    """The client's own picture again, if it is still among their files."""
    lives = picture_id is not None and tx.value(
        """
        SELECT 1
          FROM files
         WHERE workspace_id = :workspace_id
           AND id = :picture_id
           AND subject = 'client'
           AND subject_id = :client_id
           AND deleted_at IS NULL
        """,
        picture_id=picture_id,
        client_id=client_id,
    )
    point_at(tx, client_id, picture_id if lives else None)
    if picture_id is not None and lives:
        set_purpose(tx, picture_id, "picture")


def _is_company(tx: Transaction, client_id: int, company_id: int) -> bool:
    try:
        check_company(tx, company_id, of=client_id)
    except Invalid:
        return False
    return True


def _record(tx: Transaction, winner: Client, client: Client, other: Client) -> None:
    activity.record(tx, "client.unmerged", "client", other.id, before={"merged_into_id": client.id})
    before, after = activity.changes(facts_kept(winner), facts_kept(client))
    before_with: dict[str, Any] = {**before, "merged_id": other.id}
    activity.record(tx, "client.unmerged", "client", client.id, before=before_with, after=after)
