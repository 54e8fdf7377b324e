"""The comparable forms that are stored beside what people typed."""

from crm.db.fulltext import fold
from crm.fields import name_key


def sort_key(name: str) -> str:
    """For the order of names and for search; a name of nothing but signs stands for itself."""
    return fold(name) or name


def email_key(email: str | None) -> str | None:
    return fold(email) if email else None


def tag_key(tag: str) -> str:
    return name_key(tag)
