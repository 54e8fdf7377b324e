"""A module that is imported when something of it is first used: for what most processes never need."""

from importlib import import_module
from typing import Any


class WhenUsed:
    """Stands for the module of that name. Safe to be used by threads, as importing is."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._module), name)
