"""The written list of blueprints is whole: a room that is not on it would answer 404."""

from importlib import import_module
from pkgutil import walk_packages

from flask import Blueprint

from crm.web import api, pages
from crm.web.blueprints import BLUEPRINTS


def modules_below(package: object) -> list[str]:
    return [found.name for found in walk_packages(package.__path__, f"{package.__name__}.")]  # type: ignore[attr-defined]


def test_each_module_that_has_a_blueprint_is_listed_once() -> None:
    made = [
        module.blueprint.name
        for module in map(import_module, [*modules_below(api), *modules_below(pages)])
        if isinstance(getattr(module, "blueprint", None), Blueprint)
    ]
    assert sorted(made) == sorted(blueprint.name for blueprint in BLUEPRINTS)
