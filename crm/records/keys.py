"""Normalized forms, stored beside what people typed."""

from functools import lru_cache

from crm.db.folding import fold
from crm.fields import clean_email
from crm.normal_forms import normalize
from crm.word_forms import same_word


def sort_key(name: str) -> str:
    """For sorting and searching names; a name of only signs is its own key."""
    return fold(name) or name


@lru_cache(maxsize=4_096)
def email_key(email: str) -> str:
    """Equal if mail arrives in the same mailbox: without case, with the domain in one form.

    Accents and dots make it another mailbox. By RFC 5321 each provider decides about case before the @; the
    large ones ignore it, so addresses are stored in lower case.
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
    """For filters by city or source: equal for all spellings of one."""
    return same_word(text) if text else None
