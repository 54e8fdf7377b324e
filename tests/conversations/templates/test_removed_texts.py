"""Templates and quick replies that were removed stay, can be restored, and keep no name from the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.conversations.templates.approved_templates import take_templates
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields, TemplateUse
from crm.conversations.templates.quick_replies import (
    add_quick_reply,
    list_quick_replies,
    list_removed_replies,
    remove_quick_reply,
    restore_quick_reply,
)
from crm.conversations.templates.templates import (
    add_template,
    find_template,
    list_removed_templates,
    list_templates,
    remove_template,
    restore_template,
)
from crm.db.database import Database
from crm.errors import Conflict, NotFound, Stale
from tests.support.cast import Cast

TEMPLATE = TemplateFields(name="order_ready", body="Your order is ready, {{1}}.")
REPLY = QuickReplyFields(title="Hours", text="We are open from nine to five.")


@dataclass(frozen=True, slots=True)
class Texts:
    """What is done with texts of a kind."""

    fields: Any
    add: Callable[..., Any]
    remove: Callable[..., Any]
    restore: Callable[..., Any]
    live: Callable[..., Any]
    removed: Callable[..., Any]


TEMPLATES = Texts(
    TEMPLATE, add_template, remove_template, restore_template, list_templates, list_removed_templates
)
REPLIES = Texts(
    REPLY, add_quick_reply, remove_quick_reply, restore_quick_reply, list_quick_replies, list_removed_replies
)
both_kinds = pytest.mark.parametrize("texts", [TEMPLATES, REPLIES], ids=["templates", "quick replies"])


@both_kinds
def test_what_was_removed_comes_back_as_it_was(db: Database, cast: Cast, texts: Texts) -> None:
    made = db.write(texts.add, cast.owner, texts.fields)
    db.write(texts.remove, cast.owner, made.id)
    assert db.read(texts.live, cast.owner) == []
    assert [each.id for each in db.read(texts.removed, cast.owner)] == [made.id]
    with pytest.raises(NotFound):
        db.write(texts.remove, cast.owner, made.id)
    with pytest.raises(NotFound):
        db.write(texts.restore, cast.outsider, made.id)
    back = db.write(texts.restore, cast.owner, made.id)
    assert back.version == made.version + 2 and back.deleted_at is None
    assert db.read(texts.live, cast.owner) == [back] and db.read(texts.removed, cast.owner) == []
    actions = [row.action for row in db.read(list_activities, cast.owner, ActivityFilter(), limit=3).rows]
    assert [action.split(".")[1] for action in actions] == ["restored", "deleted", "created"]


@both_kinds
def test_a_removed_name_is_free_and_is_not_restored_beside_another_of_it(
    db: Database, cast: Cast, texts: Texts
) -> None:
    first = db.write(texts.add, cast.owner, texts.fields)
    with pytest.raises(Conflict):
        db.write(texts.add, cast.owner, texts.fields)
    db.write(texts.remove, cast.owner, first.id)
    second = db.write(texts.add, cast.owner, texts.fields)
    with pytest.raises(Conflict):
        db.write(texts.restore, cast.owner, first.id)
    assert db.read(texts.live, cast.owner) == [second]
    db.write(texts.remove, cast.owner, second.id)
    assert {each.id for each in db.read(texts.removed, cast.owner)} == {first.id, second.id}


@both_kinds
def test_a_stale_removal_is_refused(db: Database, cast: Cast, texts: Texts) -> None:
    made = db.write(texts.add, cast.owner, texts.fields)
    db.write(texts.remove, cast.owner, made.id)
    db.write(texts.restore, cast.owner, made.id)
    with pytest.raises(Stale):
        db.write(lambda tx: texts.remove(tx, made.id, expected_version=made.version), cast.owner)
    assert len(db.read(texts.live, cast.owner)) == 1 and db.read(texts.removed, cast.owner) == []


def test_a_removed_template_is_not_sent_and_an_approved_one_comes_beside_it(db: Database, cast: Cast) -> None:
    made = db.write(add_template, cast.owner, TEMPLATE)
    db.write(remove_template, cast.owner, made.id)
    assert db.read(find_template, cast.owner, TemplateUse(name="order_ready")) is None
    taken = db.write(take_templates, cast.owner, "111", [TEMPLATE], 0)
    assert (taken.added, taken.changed) == (1, 0)
    taken = db.write(take_templates, cast.owner, "111", [], 0)
    assert taken.removed == 1
    assert len(db.read(list_removed_templates, cast.owner)) == 2
