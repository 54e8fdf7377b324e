"""Shorter ways for what templates do hundreds of times in a page: calls, texts and addresses."""

from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask, url_for
from flask.globals import request_ctx
from flask.templating import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, pass_eval_context
from markupsafe import Markup

ADDRESSES, SHORT = 4_096, 64
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


class QuickEnvironment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> QuickGlobals:
        return QuickGlobals({} if d is None else d, self.globals)


def render_quickly(app: Flask, translate: Callable[[str], str]) -> None:
    """Once the texts and the addresses of the library are installed, in whose place these come."""
    app.jinja_env.context_class = QuickContext
    app.jinja_env.globals.update({"_": _texts_by(translate), "url_for": _kept_addresses()})


def _texts_by(translate: Callable[[str], str]) -> Callable[..., str]:
    """As the library has it, a text is a format even without values; few have a sign of one."""

    @pass_eval_context
    def text(eval_context: EvalContext, template: str, **values: Any) -> str:
        found = translate(template)
        if eval_context.autoescape:
            found = Markup(found)  # noqa: S704 - texts of our own; values are escaped as they are put in
        return found % values if values or "%" in found else found

    return text


def _kept_addresses() -> Callable[..., str]:
    """Like `url_for`: an address depends on its values, and on the path that is before all pages."""

    @lru_cache(ADDRESSES)
    def kept(_before: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: Any) -> str:
        if not request_ctx or endpoint.startswith(".") or not all(map(_is_simple, values.items())):
            return url_for(endpoint, **values)
        return kept(request_ctx.request.environ.get("SCRIPT_NAME", ""), endpoint, *values.items())

    return address


def _is_simple(item: tuple[str, Any]) -> bool:
    """A whole number or short text, which equals no value of another spelling, and no option of `url_for`."""
    name, value = item
    return name[0] != "_" and (type(value) is int or (type(value) is str and len(value) <= SHORT))
