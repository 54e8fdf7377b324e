"""Routes: ids in their addresses, whether a path is one, and building addresses."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, RequestRedirect, Rule


class IdConverter(BaseConverter):
    """The id of a row in a URL: at most 18 digits, which always fit the database's integers."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)


class LateRoute(Rule):
    """What builds its address is compiled when an address is first built: for all routes that is a fifth of
    the start, and a process builds addresses of few.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(route: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRoute, self)._compile_builder(append_unknown))
            return compiled[0](route, **values)

        return build


def route_finder(app: Flask) -> Callable[[str], bool]:
    """Whether a path is one of ours, by any method."""

    def is_ours(path: str) -> bool:
        try:
            app.url_map.bind("").match(path, method="--")
        except MethodNotAllowed:
            return True
        except (NotFound, RequestRedirect):
            return False
        return True

    return is_ours
