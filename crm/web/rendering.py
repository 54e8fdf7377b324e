"""Shorter ways for what templates do hundreds of times in a page: calls, texts, addresses, escaping."""

from collections import ChainMap, defaultdict
from collections.abc import Callable, KeysView, MutableMapping
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask, has_request_context, url_for
from flask.templating import Environment
from flask_babel import get_locale, get_translations, gettext
from flask_babel.speaklater import LazyString
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup, escape

from crm.web.requests.present import current_app, g, request

try:
    from markupsafe._speedups import _escape_inner as escape_text
except ImportError:
    from markupsafe._native import _escape_inner as escape_text

ADDRESSES = "holdfast.addresses"
MOST_ADDRESSES, SHORT = 4_096, 64
DIRECT = frozenset({"_", "asset", "drawn_once", "icon", "may", "url_for"})
"""Functions that want nothing of the template."""

TEXTS: defaultdict[str, dict[str, Markup]] = defaultdict(dict)
PLAIN = frozenset({FunctionType, BuiltinFunctionType, MethodType, type})


class QuickContext(Context):
    """Calls macros and plain functions at once; the library looks at each for what it wants to be passed."""

    @internalcode
    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __obj(*args, **kwargs)
        except StopIteration:
            return __self.environment.undefined("a callable of the template raised StopIteration")


class QuickGlobals(ChainMap[str, Any]):
    """Each import in a template subtracts the names of one such map from another, which must be quick."""

    def keys(self) -> KeysView[str]:
        return {**self.maps[1], **self.maps[0]}.keys()


class QuickCode(CodeGenerator):
    """A value that goes into the page need not know that it is escaped: only the page itself must.

    What is called most is called without asking what it wants to be passed.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if forward_caller or node.dyn_args or node.dyn_kwargs or not self._is_direct(node.node, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write(")")

    def _is_direct(self, called: nodes.Expr, frame: Frame) -> bool:
        """Whether it is such a name, and the template gives it no other meaning."""
        if not isinstance(called, nodes.Name) or called.name not in DIRECT:
            return False
        load = frame.symbols.find_load(frame.symbols.ref(called.name))
        return load is not None and load[0] == VAR_LOAD_RESOLVE


class QuickEnvironment(Environment):
    code_generator_class = QuickCode

    def make_globals(self, d: MutableMapping[str, Any] | None) -> QuickGlobals:
        return QuickGlobals({} if d is None else d, self.globals)

    @staticmethod
    def shown(value: Any) -> str:
        """As the library's `escape`, whose result says that it is markup."""
        kind = type(value)
        if kind is str:
            return escape_text(value)
        if kind is LazyString and value._func is gettext and not value._kwargs:  # noqa: SLF001
            return translated(*value._args)  # noqa: SLF001
        return value if kind is Markup else str(value) if kind is int else escape(value)


def render_quickly(app: Flask) -> None:
    """Once the texts and the addresses of the library are installed, in whose place these come."""
    app.extensions[ADDRESSES] = lru_cache(MOST_ADDRESSES)(_build)
    app.jinja_env.context_class = QuickContext
    quick: dict[str, Callable[..., str]] = {"_": _text, "url_for": address_of}
    app.jinja_env.globals.update(quick)


def translated(text: str) -> Markup:
    """A text of ours. A page has hundreds, so each is looked up once per language, not per request."""
    texts: dict[str, Markup] | None = g.get("texts")
    if texts is None:
        texts = g.texts = TEXTS[str(get_locale())]
    if text not in texts:
        texts[text] = Markup(get_translations().ugettext(text))  # noqa: S704 - texts of our own
    return texts[text]


def _text(template: str, **values: Any) -> str:
    """As the library has it, a text is a format even without values; few have a sign of one."""
    found = translated(template)
    return found % values if values or "%" in found else found


def _build(_before: str, endpoint: str, *values: tuple[str, Any]) -> str:
    return url_for(endpoint, **dict(values))


def address_of(endpoint: str, **values: Any) -> str:
    """Like `url_for`: an address depends on its values, and on the path that is before all pages."""
    if not has_request_context() or endpoint.startswith(".") or not all(map(_is_simple, values.items())):
        return url_for(endpoint, **values)
    kept: Callable[..., str] = current_app.extensions[ADDRESSES]
    return kept(request.environ.get("SCRIPT_NAME", ""), endpoint, *values.items())


def _is_simple(item: tuple[str, Any]) -> bool:
    """A whole number or short text, which equals no value of another spelling, and no option of `url_for`."""
    name, value = item
    return name[0] != "_" and (type(value) is int or (type(value) is str and len(value) <= SHORT))
