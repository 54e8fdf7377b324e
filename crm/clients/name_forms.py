"""Names as they are compared for duplicates: in Latin letters, in any order, without titles."""

import re
from functools import lru_cache
from importlib.resources import files

from anyascii import anyascii

from crm.word_forms import spell


def _listed(name: str) -> frozenset[str]:
    """The lines of a file of this folder."""
    text = (files("crm.clients") / name).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


LEGAL = _listed("legal_forms.txt")
TITLES = _listed("titles.txt")
FREE_MAIL = _listed("free_mail.txt")

_WORD = re.compile(r"[a-z0-9]+")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\d?\.)?([^/:?#\s]+)", re.IGNORECASE)
# Sounds that are written in several ways, longest first; vowels are left out after them.
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("tch", "k"), ("sh", "s"), ("ch", "k"), ("cz", "k"), ("ck", "k"),
    ("ph", "f"), ("th", "t"), ("dt", "t"), ("ts", "z"), ("tz", "z"), ("qu", "k"), ("c", "k"), ("x", "k"),
    ("q", "k"), ("w", "v"),
)  # fmt: skip
_VOWELS = str.maketrans("", "", "aeiouyhj")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=20_000)
def name_words(name: str, *, company: bool) -> tuple[str, ...]:
    """The telling words of a name in Latin letters, sorted, so that swapped parts are the same."""
    latin = anyascii(spell(name)).lower()
    words = _WORD.findall(latin)
    dropped = LEGAL if company else TITLES
    telling = [word for word in words if word not in dropped] or words
    return tuple(sorted(telling))


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """Its consonants, alike for the usual spellings of one sound; the first letter stays."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word[:1] + word[1:].translate(_VOWELS))


def domain_of(address: str | None) -> str | None:
    """Of a website or an e-mail address; None for a mail provider's."""
    if not address:
        return None
    found = _HOST.match(address.rpartition("@")[2])
    domain = found[1].lower().rstrip(".") if found else ""
    return domain if "." in domain and domain not in FREE_MAIL else None
