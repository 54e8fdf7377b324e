"""Pickers of records in forms: the choice, and the search without scripts."""

from flask import request

from crm.clients.fields import Kind
from crm.clients.listing import suggest_clients
from crm.errors import Invalid
from crm.web.requests.forms import number_from
from crm.web.requests.reading import read

LONGEST = 200
FOUND = 20


def sought_words(name: str) -> str:
    """The search words beside the picker `name`, typed by a reader without scripts."""
    return request.values.get(f"{name}_words", "").strip()[:LONGEST]


def refuse_search(*names: str) -> None:
    """Raises Invalid while a picker has search words, so that its hits are shown first."""
    for name in names:
        if sought_words(name):
            raise Invalid.field(name, "choose one of the results")


def picked(name: str) -> int | None:
    """The id chosen in a form's picker. Raises Invalid, also while the picker has search words."""
    refuse_search(name)
    return number_from(request.form.get(name, ""), name)


def found_clients(words: str, companies: bool) -> list[tuple[int, str]]:
    """For the template of a picker."""
    if not words:
        return []
    kind: Kind | None = "company" if companies else None
    return [(client.id, client.name) for client in read(suggest_clients, words, limit=FOUND, kind=kind)]
