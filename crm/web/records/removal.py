"""Deleting and restoring a record on its pages, for all kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.records.kind import Kind, Trash
from crm.web.kinds.known import known_words
from crm.web.records.views import add_view, lookup_of
from crm.web.requests.forms import form_version, is_fragment
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, offer_undo, say
from crm.web.words.fields import sentence_of

REMOVED = _("%(name)s was deleted.")
TRASHED = _("%(name)s was moved to the trash.")
RESTORED = _("%(name)s was restored.")

Choices = Callable[[], Mapping[str, Any]]
Refusal = Callable[[int, CrmError], ResponseReturnValue | None]


def _none() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """How the pages of a kind delete and restore a record.

    `after` is the page shown once it is deleted, left out the list, `at` the record's own page, left out that
    of its kind: both take the record. `removed`
    and `restored` say what was done, with its name as `name`. `choices` and `allowances` are what the two
    forms say more; `refuse` and `refuse_back` answer for what is refused, or return None: then it is said.
    """

    kind: Kind
    after: Callable[[Any], str] | None = None
    at: Callable[[Any], str] | None = None
    removed: LazyString = REMOVED
    restored: LazyString = RESTORED
    version: Callable[[], int | None] = form_version
    choices: Choices = _none
    allowances: Choices = _none
    refuse: Refusal | None = None
    refuse_back: Refusal | None = None

    @property
    def trash(self) -> Trash:
        if self.kind.trash is None:
            raise TypeError(f"{self.kind.name} has no trash")
        return self.kind.trash

    def page_after(self, record: Any) -> str:
        return self.after(record) if self.after else known_words().by_name[self.kind.name].list_address

    def page_of(self, record: Any) -> str:
        return self.at(record) if self.at else known_words().by_name[self.kind.name].address_of(record.id)

    def say(self, text: LazyString, record: Any) -> str:
        return str(text) % {"name": getattr(record, lookup_of(self.kind).record.known_by)}


def add_removal(
    blueprint: Blueprint,
    of: Removal,
    rule: str,
    permission: str,
    *,
    delete: str = "delete",
    restore: str = "restore",
    verb: str = "delete",
) -> None:
    """The two views below the record's address; `delete` and `restore` are their names."""
    undo = f"{blueprint.name}.{restore}"
    add_view(blueprint, f"POST {rule}/{verb}", delete, permission, partial(_delete, of, undo))
    add_view(blueprint, f"POST {rule}/restore", restore, permission, partial(_restore, of))


def _delete(of: Removal, undo: str, record_id: int) -> ResponseReturnValue:
    record = read(lookup_of(of.kind).get, record_id)
    try:
        write(of.trash.delete, record_id, expected_version=of.version(), **of.choices())
    except (Invalid, Conflict) as error:
        answer = of.refuse(record_id, error) if of.refuse is not None else None
        return _refused(of, error, record) if answer is None else answer
    if is_fragment():
        return "", 204
    offer_undo(of.say(of.removed, record), url_for(undo, **request.view_args or {}))
    return redirect(of.page_after(record), 303)


def _restore(of: Removal, record_id: int) -> ResponseReturnValue:
    try:
        record = write(of.trash.restore, record_id, **of.allowances())
    except (Invalid, Conflict) as error:
        answer = of.refuse_back(record_id, error) if of.refuse_back is not None else None
        if answer is None:
            raise
        return answer
    if is_fragment():
        return "", 204
    say(of.say(of.restored, record))
    return redirect(of.page_of(record), 303)


def _refused(of: Removal, error: CrmError, record: Any) -> ResponseReturnValue:
    if is_fragment():
        raise error
    stale = _("Somebody else changed %(name)s in the meantime. Check it again before you delete it.")
    complain(of.say(stale, record) if isinstance(error, Stale) else sentence_of(error))
    return redirect(of.page_of(record), 303)
