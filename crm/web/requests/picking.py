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
    """What a reader without scripts looks for beside the picker `name`, in a form or an address."""
    return request.values.get(f"{name}_words", "").strip()[:LONGEST]


def refuse_search(*names: str) -> None:
    """Raises Invalid while one of the pickers looks for something: what it found is shown first."""
    for name in names:
        if sought_words(name):
            raise Invalid.field(name, "choose one of the results")


def picked(name: str) -> int | None:
    """The id that the picker of a form holds. Raises Invalid, also while it looks for something."""
    refuse_search(name)
    return number_from(request.form.get(name, ""), name)


def found_clients(words: str, companies: bool) -> list[tuple[int, str]]:
    """For the template of a picker."""
    if not words:
        return []
    kind: Kind | None = "company" if companies else None
    return [(client.id, client.name) for client in read(suggest_clients, words, limit=FOUND, kind=kind)]
