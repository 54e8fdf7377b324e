"""The page of a record: facts, what belongs to it, and its timeline, for all kinds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.files.files import list_files
from crm.records.kind import Kind
from crm.records.skeleton import existing
from crm.web.kinds.known import known_words
from crm.web.records.custom_facts import read_custom_facts
from crm.web.records.files import SHOWN, file_addresses
from crm.web.records.views import add_view, address_of, lookup_of
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import query, read
from crm.web.words.timelines import TimelineQuery, read_record_timeline, timeline_values
from crm.work.task_lists import open_tasks

TASKS = 20


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The description of a kind's record page, beside its description in the room.

    The template is given the record as `shown` and by the name of its kind, the `words` of that, and as
    `record` what is shown with it: `tasks` and `files`, where the kind bears them, and what `more` reads.
    """

    kind: Kind
    template: str
    more: Callable[[Transaction, Any], dict[str, Any]] = field(default=lambda _tx, _record: {})


def record_blueprint(of: RecordPage) -> Blueprint:
    """The page, and its parts that reload: timeline and tasks."""
    kind = of.kind
    blueprint = Blueprint(f"{kind.name}_record", __name__, url_prefix=address_of(kind))
    add_view(blueprint, "GET ", "show", kind.may("read"), partial(_show, of))
    add_view(blueprint, "GET /timeline", "show_timeline", kind.may("read"), partial(_show_timeline, kind))
    if "tasks" in kind.parts:
        add_view(blueprint, "GET /tasks", "show_tasks", "tasks.read", partial(_show_tasks, kind))
    return blueprint


def find_record(tx: Transaction, kind: Kind, record_id: int) -> Any:
    """The record, live or in the trash. Raises NotFound."""
    lookup = lookup_of(kind)
    return existing(lookup.record, (lookup.find or lookup.get)(tx, record_id))


def _show(of: RecordPage, record_id: int) -> str:
    wanted, name = query(TimelineQuery), of.kind.name
    values = read(_read_page, of, record_id, wanted)
    addresses = file_addresses(name, record_id) if "files" in of.kind.parts else {}
    return render_template(of.template, **values, **addresses)


def _show_timeline(kind: Kind, record_id: int) -> ResponseReturnValue:
    wanted = query(TimelineQuery)
    if not is_fragment():
        key: dict[str, Any] = {known_words().by_name[kind.name].key: record_id}
        return redirect(url_for(f"{kind.name}_record.show", **key, kind=wanted.kind, cursor=wanted.cursor))
    return render_template("activity/entries.html", **read(_read_timeline, kind, record_id, wanted))


def _show_tasks(kind: Kind, record_id: int) -> str:
    return render_template("tasks/of_record.html", tasks=read(open_tasks, kind.name, record_id, limit=TASKS))


def _read_page(tx: Transaction, of: RecordPage, record_id: int, wanted: TimelineQuery) -> dict[str, Any]:
    kind = of.kind
    found = find_record(tx, kind, record_id)
    shown: dict[str, Any] = {}
    if "tasks" in kind.parts:
        shown["tasks"] = open_tasks(tx, kind.name, record_id, limit=TASKS)
    if "files" in kind.parts:
        buried = found.deleted_at is not None
        shown["files"] = Page([], None) if buried else list_files(tx, of=(kind.name, record_id), limit=SHOWN)
    shown["custom"] = read_custom_facts(tx, kind, found)
    shown |= of.more(tx, found)
    own = {"record": shown, "shown": found, "words": known_words().by_name[kind.name], kind.name: found}
    return own | _read_timeline(tx, kind, record_id, wanted)


def _read_timeline(tx: Transaction, kind: Kind, record_id: int, wanted: TimelineQuery) -> dict[str, Any]:
    find_record(tx, kind, record_id)
    timeline = read_record_timeline(tx, kind.name, record_id, wanted)
    key: dict[str, Any] = {known_words().by_name[kind.name].key: record_id}
    return timeline_values(timeline, wanted, f"{kind.name}_record.show_timeline", **key)
