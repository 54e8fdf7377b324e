"""The normalized forms of a client's values, stored beside what people typed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from crm.clients.contact_points import values_of
from crm.db.folding import fold, sought_in
from crm.records.keys import place_key, sort_key


def client_keys(facts: Mapping[str, Any], texts: str = "") -> dict[str, str | None]:
    """All comparable forms of a client, by column. An e-mail address is stored in its one form.

    `texts` are those of custom fields, in which a client is searched, too.
    """
    found = sought_in(facts["name"], texts)
    return {
        "name_key": sort_key(facts["name"]),
        "email_key": facts["email"],
        "city_key": place_key(facts["city"]),
        "source_key": place_key(facts["source"]),
        "sought": " ".join(
            filter(None, (found.words, _other_email(facts["email"]), *_further(facts), fold(texts)))
        ),
        "joined": found.joined,
    }


def _further(facts: Mapping[str, Any]) -> Iterator[str]:
    """The addresses, in both forms, and the digits of numbers beside the main ones."""
    for email in values_of(facts, "email")[1:]:
        yield email
        yield _other_email(email)
    for phone in values_of(facts, "phone")[1:]:
        yield phone.removeprefix("+")
    for text in filter(None, _said(facts)):
        yield from _words_of(text)


@lru_cache(maxsize=1_024)
def _words_of(text: str) -> tuple[str, str]:
    """Many clients are in one city, and have one title."""
    return fold(text), sought_in(text).words


def _said(facts: Mapping[str, Any]) -> Iterator[str]:
    """The job title, and the parts of addresses but for the country, which has a filter."""
    yield facts.get("job_title") or ""
    yield from (company.get("role") or "" for company in facts.get("companies") or ())
    for address in facts.get("addresses") or ():
        yield from filter(None, (address[part] for part in ("street", "postal_code", "city", "region")))


def _other_email(email: str | None) -> str:
    """An address is also found without its accents; empty if it has none."""
    folded = fold(email) if email else ""
    return folded if folded != email else ""
