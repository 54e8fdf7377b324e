"""The routes of addresses like those before: most requests ask for another id by the same route."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.routing import MapAdapter, Rule

from crm.web.routing import IdConverter

IDS = re.compile(rf"(?<=/){IdConverter.regex}(?=/|$)", re.ASCII)
MOST = 5_000
THAT_OF_REQUEST = {"return_rule": True}
Form = tuple[str, str]
"""A method, and a path without its ids."""


class KnownRoutes:
    """By the form of the address: the route, and the names of its ids.

    Routes that take texts are not kept.
    """

    def __init__(self) -> None:
        self._known: dict[Form, tuple[Rule, tuple[str, ...]]] = {}

    def find(self, form: Form, ids: list[str]) -> tuple[Rule, dict[str, Any]] | None:
        known = self._known.get(form)
        if known is None or len(known[1]) != len(ids):
            return None
        return known[0], dict(zip(known[1], map(int, ids), strict=True))

    def keep(self, form: Form, ids: list[str], route: Rule, values: Mapping[str, Any]) -> None:
        """Only where each value is an id: then another id leads to the same route."""
        if list(values.values()) == [int(each) for each in ids] and len(self._known) < MOST:
            self._known[form] = route, tuple(values)


class RouteOfRequest(MapAdapter):
    """Finds the route of a request as the library does, but looks among the known ones first."""

    known: KnownRoutes

    def match(self, path_info: str | None = None, *others: Any, **named: Any) -> Any:
        if path_info is not None or others or named != THAT_OF_REQUEST:
            return super().match(path_info, *others, **named)
        form, ids = (self.default_method, IDS.sub("", self.path_info)), IDS.findall(self.path_info)
        known = self.known.find(form, ids)
        if known is not None:
            return known
        found = super().match(return_rule=True)
        self.known.keep(form, ids, *found)
        return found
