from collections.abc import Callable

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, RequestRedirect


class IdConverter(BaseConverter):
    """The id of a row in a URL: at most 18 digits, which always fit the database's integers."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)


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
