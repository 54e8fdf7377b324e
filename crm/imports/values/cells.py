"""Clean the text of one cell, and recognise empty and lost values."""

import re
import unicodedata

from crm.errors import Sentence
from crm.normal_forms import normalize

NONE_WORDS = frozenset({
    "", "-", "--", "---", "—", "–", "n/a", "N/A", "n.a.", "NULL", "null", "None", "NONE", "none", "nil",
    "NaN", "nan", "undefined", "(null)", "(none)", "(leer)", "(blank)", "Unspecified", "Keine Angabe", "#",
    "0/0/00", "0.0.00", "00/00/0000", "0000-00-00", "00.00.0000", "0000-00-00 00:00:00",
})  # fmt: skip
ERRORS = frozenset({
    "#VALUE!", "#REF!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#WERT!", "#BEZUG!", "#NV", "#ZAHL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#¡VALOR!", "#¿NOMBRE?", "#¡REF!",
    "#VALORE!", "#RIF!", "#NOME?", "#N/D", "#WAARDE!", "#VERW!", "#ARG!", "#ADR!", "#ЗНАЧ!", "#ССЫЛКА!",
    "#Н/Д", "#ИМЯ?", "#DEĞER!", "#BAŞV!", "#YOK",
})  # fmt: skip
_ROUNDED = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+\d{1,3}")
_HASHES = re.compile(r"#{3,}")
_ZERO_WIDTH = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NEUTRALISED = re.compile(r"'(?=[=+\-@\t\r])")
AN_ERROR = Sentence("The file has an error instead of the value.")
ROUNDED = Sentence("The file has a rounded number; the other digits are lost.")
TOO_NARROW = Sentence("The file has only #### from a narrow column; the value is lost.")


def clean(cell: str) -> str:
    """Without invisible characters and the apostrophe that keeps a formula from running."""
    text = cell.replace("\r\n", "\n")
    if not text.isascii():
        text = _BLANKS.sub(" ", _ZERO_WIDTH.sub("", text))
    text = text.strip()
    return _NEUTRALISED.sub("", text, count=1) if text.startswith("'") else text


def is_none(text: str) -> bool:
    """Whether it means "no value". `Null` does not: it is a surname."""
    return text in NONE_WORDS


def lost(text: str, *, number: bool = False) -> Sentence | None:
    """Why the value is lost, or None. With `number` an exponent is allowed."""
    if text in ERRORS:
        return AN_ERROR
    if text.startswith("#") and _HASHES.fullmatch(text):
        return TOO_NARROW
    return ROUNDED if not number and "+" in text and _ROUNDED.fullmatch(text) else None


def plain_digits(text: str) -> str:
    """With the digits of any script as ASCII digits."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(char)) if char.isdigit() else char for char in normalize("NFKC", text)
    )
