"""The form of a record, with errors and both versions of a stale save, for all kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from crm.custom_fields.custom_field import NONE, custom_fields_of
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import Fields, parse_fields
from crm.records.kind import Kind
from crm.records.skeleton import facts_of
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.records.custom_form import CustomForm
from crm.web.records.entries import (
    Entries,
    Texts,
    base_of,
    changed_entries,
    given_values,
    texts_of,
    typed_texts,
)
from crm.web.records.views import add_view, lookup_of
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.picking import refuse_search
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.words.fields import label_of

LONGEST = 254
Given = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """How the form creates a record. `asked` are fields that the address fills, `usual` the other defaults;
    `more` turns values of the form into those of the model; `names` maps refused fields to the form's.
    """

    model: type[Fields]
    create: Callable[..., Any]
    asked: tuple[str, ...] = ()
    usual: Callable[[], dict[str, str]] = dict
    more: Callable[[Given], Given] = lambda given: given
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForm:
    """The description of a kind's form. The template gets the record, if any, as `shown` and under the name
    of its kind, whose words are `words`.

    `change` takes the id, what the model made of the changed fields, and the version. `options` reads what
    the template takes more, `more` what the form says beside its fields. While it `goes_on`, such as for
    another row, nothing is saved and it is shown again. `texts` and `given` are set where a
    field is not a fact of the record by itself; `pickers` are fields that look for records, each with the
    form's field that names a new one instead, if it has one; `at` is where one sees the record, if not on its
    page. `closed` answers for a record that no form may change, and returns None for the others. A form
    with many rows says how many fields it may send, `most_fields`.
    """

    kind: Kind
    entries: Entries
    template: str
    model: type[Fields]
    change: Callable[..., Any]
    options: Callable[[Any, Texts, CrmError | None], Mapping[str, Any]]
    creation: Creation | None = None
    texts: Callable[[Any], dict[str, str]] | None = None
    given: Callable[[set[str]], Given] | None = None
    more: Callable[[], Given] = dict
    pickers: Mapping[str, str] = field(default_factory=dict)
    at: Callable[[Any], str] | None = None
    goes_on: Callable[[], bool] = bool
    closed: Callable[[Any], ResponseReturnValue | None] = field(default=lambda _record: None)
    custom: CustomForm = field(default=CustomForm(NONE))
    most_fields: int = 0

    def texts_of(self, record: Any) -> dict[str, str]:
        custom = self.custom.texts(record.custom) if self.custom.fields.all else {}
        if self.texts is not None:
            return self.texts(record) | custom
        own = {name: entry for name, entry in self.entries.items() if name not in custom}
        return texts_of(own, facts_of(lookup_of(self.kind).record, record)) | custom

    def given_of(self, names: set[str]) -> Given:
        refuse_search(*self.pickers, *self.custom.pickers)
        own = names - self.custom.entries.keys()
        given = given_values(self.entries, own) if self.given is None else self.given(own)
        custom = self.custom.given(names)
        return given | ({"custom": custom} if custom else {}) | self.more()

    def now(self) -> "RecordForm":
        """With the workspace's custom fields of the kind."""
        if self.kind.customized is None:
            return self
        custom = CustomForm(read(custom_fields_of, self.kind.name))
        return replace(self, custom=custom, entries={**self.entries, **custom.entries})

    def address_of(self, record: Any) -> str:
        return self.at(record) if self.at else known_words().by_name[self.kind.name].address_of(record.id)


def form_blueprint(of: RecordForm) -> Blueprint:
    kind = of.kind
    may, most = kind.may("write"), of.most_fields
    blueprint = Blueprint(f"{kind.name}_form", __name__, url_prefix=f"/{kind.table}")
    if of.creation is not None:
        add_view(blueprint, "GET /new", "show_new", may, partial(_show_new, of, of.creation))
        add_view(blueprint, "POST /new", "create", may, partial(_create, of, of.creation), most_fields=most)
    add_editing(blueprint, of)
    return blueprint


def add_editing(blueprint: Blueprint, of: RecordForm) -> None:
    rule, permission = f"/<id:{of.kind.name}_id>/edit", of.kind.may("write")
    add_view(blueprint, f"GET {rule}", "show_edit", permission, partial(_show_edit, of))
    most = of.most_fields
    add_view(blueprint, f"POST {rule}", "update", permission, partial(_update, of), most_fields=most)


def _show_new(of: RecordForm, creation: Creation) -> str:
    of = of.now()
    asked = {name: request.args.get(name, "")[:LONGEST] for name in creation.asked}
    return _render(of, None, asked | creation.usual() | of.custom.defaults())


def _create(of: RecordForm, creation: Creation) -> ResponseReturnValue:
    of = of.now()
    values = request.form.to_dict() | typed_texts(of.entries)
    if of.goes_on():
        return _render(of, None, values)
    try:
        given = creation.more(of.given_of(set(of.entries)))
        record = write(creation.create, parse_fields(creation.model, given))
    except (Invalid, Conflict) as error:
        renamed = error.renamed(creation.names) if isinstance(error, Invalid) and creation.names else error
        return _render(of, None, values, renamed), status_of(error)
    return redirect(of.address_of(record), 303)


def _show_edit(of: RecordForm, record_id: int) -> ResponseReturnValue:
    of = of.now()
    record = read(lookup_of(of.kind).get, record_id)
    closed = of.closed(record)
    return closed if closed is not None else _render(of, record, of.texts_of(record))


def _update(of: RecordForm, record_id: int) -> ResponseReturnValue:
    """Only fields that differ from the record are changes."""
    of, get = of.now(), lookup_of(of.kind).get
    held = read(get, record_id)
    if (closed := of.closed(held)) is not None:
        return closed
    if of.goes_on():
        return _render(of, held, typed_texts(of.entries))
    try:
        given = of.given_of(changed_entries(of.entries, of.texts_of(held)))
        changes = parse_fields(of.model, given)
        record = write(of.change, record_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(of, read(get, record_id))
    except (Invalid, Conflict) as error:
        return _render(of, read(get, record_id), typed_texts(of.entries), error), status_of(error)
    return redirect(of.address_of(record), 303)


def _render(of: RecordForm, record: Any, values: Texts, error: CrmError | None = None) -> str:
    """`values` are texts by field. A form that edits has the values it was made from as `base`."""
    shown = {
        "shown": record,
        "words": known_words().by_name[of.kind.name],
        of.kind.name: record,
        "values": values,
        "version": record and request.form.get("version", record.version),
        "base": base_of(values) if record else "",
        "labels": {name: label_of(name) for name in of.entries} | of.custom.labels,
        "custom_groups": read(of.custom.groups, values) if of.custom.fields.all else [],
        **refusal(error),
    }
    return render_template(of.template, **shown | dict(of.options(record, values, error)))


def _show_both(of: RecordForm, record: Any) -> ResponseReturnValue:
    return show_stale(
        of.entries,
        of.texts_of(record),
        namings=of.pickers,
        labels=of.custom.labels,
        name=getattr(record, lookup_of(of.kind).record.known_by),
        version=record.version,
        action=request.script_root + request.path,
        back=of.address_of(record),
        trail=_trail(of.kind),
    )


def _trail(kind: Kind) -> list[tuple[LazyString, str]]:
    words = known_words().by_name[kind.name]
    return [(words.many, url_for(words.list.endpoint))] if words.list is not None else []
