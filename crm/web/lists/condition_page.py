"""The builder: the page on which the conditions of a list are put together, for all kinds.

It works as a plain form, which the server makes anew after each step; with scripts only its rows are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import orjson
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.conditions import with_conditions
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.records.conditions.fields import FilterFields, filter_fields
from crm.records.conditions.grammar import as_text, parse_filter
from crm.records.kind import Kind
from crm.web.i18n import worded
from crm.web.kinds.known import known_words
from crm.web.lists.choices import Choices
from crm.web.lists.condition_draft import (
    Draft,
    Row,
    change_draft,
    complete_draft,
    draft_of,
    problems_by_row,
    sent_draft,
    written,
)
from crm.web.lists.condition_words import OPERATORS, PERIODS, field_label
from crm.web.lists.conditions import names_in
from crm.web.lists.page import ListPage
from crm.web.records.views import add_view
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import parse_address, read


@dataclass(frozen=True, slots=True)
class ConditionPage:
    """Of the list whose addresses are `address`; `choices` are those that its fields offer."""

    kind: Kind
    address: type[Any]
    title: Callable[[], str]
    choices: Callable[[Transaction, Any], Choices]


def condition_blueprint(of: ConditionPage) -> Blueprint:
    blueprint = Blueprint(f"{of.kind.name}_conditions", __name__, url_prefix=f"/{of.kind.table}/filter")
    add_view(blueprint, "GET ", "show", of.kind.may("read"), partial(_show, of))
    add_view(blueprint, "POST ", "change", of.kind.may("read"), partial(_change, of))
    return blueprint


def conditions_of(of: ListPage) -> Blueprint:
    """The builder for a list, with what its own filters offer."""
    return condition_blueprint(
        ConditionPage(
            kind=of.kind,
            address=of.address,
            title=lambda: str(known_words().by_name[of.kind.name].heading),
            choices=lambda tx, wanted: of.choices(tx, wanted, of.extras(tx)),
        )
    )


def _show(of: ConditionPage) -> str:
    """With the conditions that the list has, and a row for another one."""
    wanted = _wanted(of)
    fields = read(filter_fields, of.kind.name)
    try:
        group = parse_filter(wanted.filter) if wanted.filter else None
    except Invalid:
        group = None
    draft = draft_of(group, fields)
    if group is not None and not draft.groups[0].rows:
        draft.groups[0].rows.append(Row())
    return _render(of, wanted, draft, fields, {})


def _change(of: ConditionPage) -> ResponseReturnValue:
    """A step of the form, or its end: then the list is shown."""
    wanted, action = _wanted(of), request.form.get("do", "")
    fields = read(filter_fields, of.kind.name)
    draft = sent_draft(request.form)
    change_draft(draft, action)
    complete_draft(draft, fields)
    if action != "show":
        return _render(of, wanted, draft, fields, {})
    try:
        text = _text_of(draft, fields)
        read(with_conditions, of.kind.name, "listed", text, [])
    except Invalid as error:
        said = [(each.field, worded(each.message)) for each in error.problems]
        return _render(of, wanted, draft, fields, problems_by_row(draft, said)), 422
    address: str = wanted.model_copy(update={"filter": text}).address()
    if is_fragment():
        return "", 204, {"HX-Redirect": address}
    return redirect(address, 303)


def _wanted(of: ConditionPage) -> Any:
    """The list as its address says; what is wrong in it is left out."""
    given = {name: text for name, text in request.args.items() if name != "cursor"}
    try:
        return parse_address(of.address, given)
    except Invalid:
        return cast(Any, of.address)()


def _text_of(draft: Draft, fields: FilterFields) -> str | None:
    """Raises Invalid, as the grammar does."""
    tree = draft.tree()
    if tree is None:
        return None
    text = orjson.dumps(
        tree, default=lambda row: written(row, fields), option=orjson.OPT_PASSTHROUGH_DATACLASS
    ).decode()
    return as_text(parse_filter(text))


def _render(
    of: ConditionPage, wanted: Any, draft: Draft, fields: FilterFields, problems: Mapping[str, str]
) -> str:
    template = "lists/condition_rows.html" if is_fragment() else "lists/conditions.html"
    options = read(_options, of, wanted, fields)
    return render_template(
        template,
        of=of,
        draft=draft,
        fields=fields,
        problems=problems,
        options=options,
        offered=[
            (name, field.label or field_label(name))
            for name, field in fields.items()
            if field.type != "record" or options.get(name)
        ],
        operators=OPERATORS,
        periods=PERIODS,
        rolling={"last_days": _("the last … days"), "next_days": _("the next … days")},
        back=wanted.address(),
        here=wanted.address(endpoint=f"{of.kind.name}_conditions.change"),
    )


def _options(tx: Transaction, of: ConditionPage, wanted: Any, fields: FilterFields) -> dict[str, Any]:
    """What can be chosen, by field: as the list's own filters offer it, and as the field says."""
    choices = of.choices(tx, wanted)
    named = {"tags": "tag"}
    options: dict[str, Any] = {}
    for name, field in fields.items():
        offered = [(str(key), str(text)) for key, text in choices.get(named.get(name, name), ())]
        if field.of == "user":
            offered = [("me", _("Me")), *((key, text) for key, text in offered if key != "0")]
        elif field.values:
            words = names_in(tx, fields, [], choices).get(name, {})
            words = {**words, **field.names}
            offered = [(value, words.get(value, field_label(value))) for value in field.values]
        if offered and field.of != "client":
            options[name] = offered
    return options
