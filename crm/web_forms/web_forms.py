"""Creating and changing web forms."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.leads.pipeline import get_pipeline
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.web_forms.fields import NewWebForm, WebFormChanges
from crm.web_forms.questions import refuse_unknown
from crm.web_forms.web_form import (
    FLAGS,
    LISTS,
    WEB_FORM_RECORD,
    WebForm,
    get_deleted_web_form,
    get_web_form,
    list_web_forms,
)

MOST_FORMS = 100


def create_web_form(tx: Transaction, fields: NewWebForm, token: str) -> WebForm:
    """Raises Invalid, and Conflict where there are too many."""
    values = fields.model_dump()
    _check(tx, values)
    _refuse_more(tx)
    form_id = tx.insert(
        """
        INSERT INTO web_forms (workspace_id, token, name, heading, intro, asked, button, consent_text,
                               consent_purposes, thanks_text, thanks_url, pipeline_id, owner_ids, sites,
                               double_opt_in, created_at, updated_at)
        VALUES (:workspace_id, :token, :name, :heading, :intro, :asked, :button, :consent_text,
                :consent_purposes, :thanks_text, :thanks_url, :pipeline_id, :owner_ids, :sites,
                :double_opt_in, :now, :now)
        RETURNING id
        """,
        token=token,
        **_stored(values),
    )
    made = get_web_form(tx, form_id)
    activity.record(tx, "web_form.created", "web_form", form_id, after=given_facts(WEB_FORM_RECORD, made))
    return made


def change_web_form(
    tx: Transaction, form_id: int, changes: WebFormChanges, *, expected_version: int | None = None
) -> WebForm:
    """Raises NotFound, Stale and Invalid."""
    old = get_web_form(tx, form_id)
    refuse_stale(WEB_FORM_RECORD, old, expected_version)
    values = differing(WEB_FORM_RECORD, old, changes.model_dump(exclude_unset=True))
    if not values:
        return old
    new = {**facts_of(WEB_FORM_RECORD, old), **values}
    _check(tx, new, changed=values)
    tx.run(
        """
        UPDATE web_forms
           SET name = :name, heading = :heading, intro = :intro, asked = :asked, button = :button,
               consent_text = :consent_text, consent_purposes = :consent_purposes,
               thanks_text = :thanks_text, thanks_url = :thanks_url,
               pipeline_id = :pipeline_id, owner_ids = :owner_ids, sites = :sites, active = :active,
               double_opt_in = :double_opt_in, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :form_id
        """,
        form_id=form_id,
        **_stored(new),
    )
    before, after = activity.changes(facts_of(WEB_FORM_RECORD, old), values)
    activity.record(tx, "web_form.changed", "web_form", form_id, before=before, after=after)
    return get_web_form(tx, form_id)


def web_form_facts(tx: Transaction, form_id: int) -> dict[str, Any]:
    return facts_of(WEB_FORM_RECORD, get_web_form(tx, form_id))


def restorable(tx: Transaction, form_id: int) -> WebForm:
    """Raises NotFound unless it is in the trash, and Conflict where there is no room for it."""
    found = get_deleted_web_form(tx, form_id)
    _refuse_more(tx)
    return found


def _refuse_more(tx: Transaction) -> None:
    if len(list_web_forms(tx)) >= MOST_FORMS:
        raise Conflict(Sentence("A workspace can have at most {n} forms.", n=MOST_FORMS))


def _check(tx: Transaction, new: Mapping[str, Any], changed: Mapping[str, Any] | None = None) -> None:
    """What the other values say of it, and whether what it points to is there; what stays is not asked."""
    changed = new if changed is None else changed
    refuse_unknown(tx, [field["name"] for field in changed.get("asked", [])])
    asks_for_email = any(field["name"] == "email" and field["required"] for field in new["asked"])
    if new["double_opt_in"] and not asks_for_email:
        raise Invalid.field("double_opt_in", "needs a required field for the e-mail address")
    if changed.get("pipeline_id") is not None:
        _check_pipeline(tx, changed["pipeline_id"])
    for owner_id in changed.get("owner_ids", []):
        _check_turn(tx, owner_id)


def _check_pipeline(tx: Transaction, pipeline_id: int) -> None:
    try:
        archived = get_pipeline(tx, pipeline_id).archived_at is not None
    except NotFound:
        raise Invalid.field("pipeline_id", "is not a pipeline of this workspace") from None
    if archived:
        raise Invalid.field("pipeline_id", "is an archived pipeline")


def _check_turn(tx: Transaction, owner_id: int) -> None:
    try:
        check_owner(tx, owner_id)
    except Invalid as error:
        raise error.renamed({"owner_id": "owner_ids"}) from None


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: orjson.dumps(_plain(values[name])).decode() for name in LISTS}
    return {**values, **lists, **{name: int(values[name]) for name in FLAGS if name in values}}


def _plain(entries: list[Any]) -> list[Any]:
    return [each if isinstance(each, str | int | dict) else asdict(each) for each in entries]
