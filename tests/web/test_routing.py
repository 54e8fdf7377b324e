"""Routes whose addresses are compiled late build those of the library."""

import pytest
from werkzeug.routing import BuildError, Map, Rule

from crm.web.routing import LateRoute

RULES = {"all": "/clients", "one": "/clients/<int:number>", "named": "/types/<name>/<path:rest>"}
ASKED: list[tuple[str, dict[str, object]]] = [
    ("all", {}), ("all", {"q": "é&ü", "tag": ["a", "b"]}), ("one", {"number": 7}),
    ("one", {"number": 8, "q": 1}), ("named", {"name": "a b", "rest": "c/d"}), ("one", {"number": 7}),
]  # fmt: skip


def built(kind: type[Rule]) -> list[str]:
    adapter = Map([kind(text, endpoint=name) for name, text in RULES.items()]).bind("example.org")
    return [
        adapter.build(name, values, append_unknown=unknown)
        for name, values in ASKED
        for unknown in (True, False)
    ]


def test_addresses_are_those_of_the_library() -> None:
    assert built(LateRoute) == built(Rule)


def test_a_value_that_is_missing_is_refused() -> None:
    with pytest.raises(BuildError):
        Map([LateRoute(RULES["one"], endpoint="one")]).bind("example.org").build("one", {})
