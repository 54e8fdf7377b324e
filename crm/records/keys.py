"""Normalized forms, stored beside what people typed."""

from functools import lru_cache

from crm.db.folding import fold
from crm.fields import clean_email
from crm.normal_forms import normalize
from crm.word_forms import same_word


def sort_key(name: str) -> str:
    """For sorting and searching names; a name of only signs is its own key."""
    return fold(name) or name


def email_key(email: str) -> str:
    """Equal if mail arrives in the same mailbox: without case, with the domain in one form.

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


@lru_cache(maxsize=4_096)
def place_key(text: str | None) -> str | None:
    """Of a city or a source, which filters ask for: equal for two spellings of one."""
    return same_word(text) if text else None
