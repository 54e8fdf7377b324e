"""Templates call, translate and address as the libraries have it, by shorter ways."""

from collections import ChainMap
from decimal import Decimal
from typing import Any

import flask
import pytest
from flask import Flask
from flask_babel import lazy_gettext
from jinja2 import Undefined
from jinja2.runtime import Context
from jinja2.utils import pass_context, pass_eval_context
from markupsafe import Markup, escape

from crm.web.rendering import QuickEnvironment

TEMPLATE = """
{%- macro shown(text, mark="") %}<b>{{ mark }}{{ text }}{{ caller() if caller }}</b>{% endmacro -%}
{%- for each in ["<i>"] %}{{ shown(each, mark="&") }}{{ plain(each) }}{{ aware(each) }}{{ called(each) }}
{%- endfor %}{% call shown("x") %}in{% endcall %}{{ "ab".upper() }}{{ kind("5") }}{{ ended() or "none" }}
"""


class Called:
    @pass_eval_context
    def __call__(self, eval_context: Any, text: str) -> str:
        return f"{eval_context.autoescape}{text}"


@pass_context
def aware(context: Context, text: str) -> str:
    return f"{context['each'] if 'each' in context else context['known']}{text}"


def ended() -> str:
    raise StopIteration


def render(app: Flask, context_class: type[Context]) -> str:
    env = app.jinja_env.overlay()
    env.context_class = context_class
    given = {"plain": str.title, "aware": aware, "called": Called(), "kind": int, "ended": ended}
    return env.from_string(TEMPLATE).render(known="k", **given)


def test_calls_do_what_those_of_the_library_do(app: Flask) -> None:
    with app.test_request_context("/"):
        assert render(app, app.jinja_env.context_class) == render(app, Context)


def test_values_in_a_text_are_escaped_and_the_text_is_not(app: Flask) -> None:
    source = "{{ _('<b>%(name)s</b> 100%%', name='<Ann>') }}{{ _('<i>5%%</i>') }}{{ _('<u>plain</u>') }}"
    with app.test_request_context("/"):
        assert app.jinja_env.from_string(source).render() == ("<b>&lt;Ann&gt;</b> 100%<i>5%</i><u>plain</u>")


@pytest.mark.parametrize(
    "value",
    ["<b>&'\"", "plain", Markup("<i>"), 7, 7.5, True, None, Decimal("1.50"), ["<"],
     lazy_gettext("No <stage>"), lazy_gettext("%(name)s went", name="<Ann>"), b"<", Undefined()],
)  # fmt: skip
def test_a_value_is_shown_as_the_library_escapes_it(app: Flask, value: object) -> None:
    with app.test_request_context("/"):
        assert str(QuickEnvironment.shown(value)) == str(escape(value))
        assert (
            app.jinja_env.from_string("{{ value }}|{{ _('x') }}").render(value=value) == f"{escape(value)}|x"
        )


def test_a_name_that_a_template_gives_another_meaning_has_that(app: Flask) -> None:
    source = (
        "{% macro icon(name) %}<{{ name }}>{{ caller() if caller }}{% endmacro %}{{ icon('plus') }}"
        "{% call icon('x') %}in{% endcall %}"
        "{% for may in [shout] %}{{ may('a', **{'end': '&'}) }}{% endfor %}"
    )
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(source).render(shout=lambda text, end: text.upper() + end)
        assert page == "<plus><x>inA&amp;"


@pytest.mark.parametrize("path_before", ["", "/crm"])
def test_addresses_are_those_of_the_framework(app: Flask, path_before: str) -> None:
    asked: list[dict[str, Any]] = [
        {"endpoint": "client_erase.show", "client_id": 7},
        {"endpoint": "client_erase.show", "client_id": 8},
        *({"endpoint": "clients.list_all", "q": value} for value in (1, "1", True, None, "é&ü", ["a", "b"])),
        {"endpoint": "clients.list_all", "a": 1, "b": 2},
        {"endpoint": "clients.list_all", "b": 2, "a": 1},
        {"endpoint": "clients.list_all", "_anchor": "x"},
        {"endpoint": "clients.list_all", "_external": True},
        {"endpoint": "clients.list_all", "q": "long" * 50},
    ]
    address: Any = app.jinja_env.globals["url_for"]
    for _ in range(2):
        for prefix in (path_before, "/other"):
            with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": prefix}):
                for values in asked:
                    assert address(**values) == flask.url_for(**values), values


def test_a_template_knows_the_names_of_the_library_and_its_own(app: Flask) -> None:
    known = app.jinja_env.make_globals({"mine": 1})
    theirs: ChainMap[str, Any] = ChainMap({"mine": 1}, app.jinja_env.globals)
    assert list(known.keys()) == list(theirs)
    assert dict(known) == dict(theirs)
    assert {"mine", "url_for", "other"} - known.keys() == {"other"}
    app.jinja_env.globals["later"] = 2
    assert known["later"] == 2
    assert "later" in known.keys()  # noqa: SIM118 - the keys are what is tried
