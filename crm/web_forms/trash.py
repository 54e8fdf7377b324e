"""Deleting web forms, and restoring them."""

from crm.db.transaction import Transaction
from crm.records.skeleton import refuse_stale
from crm.records.tombstones import bury, unbury
from crm.web_forms.web_form import WEB_FORM_RECORD, WebForm, get_web_form
from crm.web_forms.web_forms import restorable


def delete_web_form(tx: Transaction, form_id: int, *, expected_version: int | None = None) -> None:
    """Nobody sees it any more; its submissions are kept. Raises NotFound and Stale."""
    found = get_web_form(tx, form_id)
    refuse_stale(WEB_FORM_RECORD, found, expected_version)
    bury(tx, WEB_FORM_RECORD, found)


def restore_web_form(tx: Transaction, form_id: int) -> WebForm:
    """At its former address. Raises NotFound, and Conflict where there are as many as may be."""
    unbury(tx, WEB_FORM_RECORD, restorable(tx, form_id))
    return get_web_form(tx, form_id)
