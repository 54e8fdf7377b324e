"""The comparable forms that are stored beside what people typed."""

from collections.abc import Mapping
from typing import Any

from crm.db.fulltext import fold, sought_in
from crm.fields import clean_email
from crm.normal_forms import normalize
from crm.word_forms import same_word


def sort_key(name: str) -> str:
    """For the order of names, and for search in them; a name of nothing but signs stands for itself."""
    return fold(name) or name


def email_key(email: str) -> str:
    """Equal where mail goes to one box: without regard to case, with the domain in its one form.

    Marks and dots tell two boxes apart. RFC 5321 lets each provider decide about case before the @; the large
    ones heed none, so that addresses are stored in lower case.
    """
    try:
        return clean_email(email)
    except ValueError:
        return normalize("NFC", email.strip()).lower()


def tag_key(tag: str) -> str:
    """Equal for two spellings of one tag."""
    return same_word(tag)


def place_key(text: str | None) -> str | None:
    """Of a city or a source, which filters ask for: equal for two spellings of one."""
    return same_word(text) if text else None


def client_keys(facts: Mapping[str, Any]) -> dict[str, str | None]:
    """All comparable forms of a client, by column. An e-mail address is stored in its one form."""
    found = sought_in(facts["name"])
    return {
        "name_key": sort_key(facts["name"]),
        "email_key": facts["email"],
        "city_key": place_key(facts["city"]),
        "source_key": place_key(facts["source"]),
        "sought": " ".join(part for part in (found.words, _other_email(facts["email"])) if part),
        "joined": found.joined,
    }


def _other_email(email: str | None) -> str:
    """An address is found without its marks, too; empty where it has none."""
    folded = fold(email) if email else ""
    return folded if folded != email else ""
