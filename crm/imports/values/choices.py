"""Words for countries, kinds and statuses of clients, and outcomes of leads, in many languages."""

from functools import cache

from babel import Locale

from crm.clients.fields import country_codes
from crm.locales import canonical_tag
from crm.money import currency_places
from crm.records.keys import sort_key
from crm.word_forms import same_word

LANGUAGES = "en de fr es it pt nl pl cs sk hu ro bg ru uk tr el sv da nb fi ja zh ko ar he"
COUNTRY_WORDS = {
    "usa": "US",
    "u s a": "US",
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "great britain": "GB",
    "holland": "NL",
    "brd": "DE",
    "uae": "AE",
}


def _words(text: str) -> set[str]:
    return {same_word(word) for word in text.split("|")}


def _by_word(lists: dict[str, str]) -> dict[str, str]:
    return {word: meant for meant, text in lists.items() for word in _words(text)}


COMPANY = _words(
    "company|organization|organisation|business|firma|unternehmen|société|entreprise|empresa|azienda|bedrijf|"
    "компания|организация|şirket|org"
)
STATUSES = _by_word(
    {
        "active": "active|aktiv|customer|kunde|client|actif|activo|attivo|cliente|активный|клиент|müşteri",
        "inactive": "inactive|inaktiv|former customer|former|ehemalig|inactif|inactivo|inattivo|неактивный",
        "prospect": "prospect|lead|interessent|potential|prospecto|потенциальный",
    }
)
OUTCOMES = _by_word(
    {
        "won": "won|closed won|gewonnen|gagné|ganado|ganada|vinto|ganho|wygrana|выиграна|kazanıldı|converted",
        "lost": "lost|closed lost|verloren|perdu|perdido|perdida|perso|przegrana|проиграна|kaybedildi|dead",
        "open": "open|offen|ouvert|abierto|aperto|aberto|otwarta|открыта|açık|new|neu|nouveau|nuevo|nuovo",
    }
)
YES = {
    same_word(word)
    for word in ("1", "true", "yes", "y", "x", "ja", "oui", "sí", "si", "sim", "да", "evet", "on")
}


NO = {same_word(word) for word in ("0", "false", "no", "n", "nein", "non", "não", "нет", "hayır", "off")}


@cache
def _countries() -> dict[str, str]:
    found = dict(COUNTRY_WORDS)
    for language in LANGUAGES.split():
        names = Locale(language).territories
        for code in country_codes():
            if code in names:
                found.setdefault(sort_key(names[code]), code)
    return found


def country_code(text: str) -> str | None:
    """The ISO 3166 code of a country, given as a code or as a name in one of LANGUAGES."""
    code = text.strip().upper()
    return code if code in country_codes() else _countries().get(sort_key(text))


@cache
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES.split():
        for code, name in Locale(language).languages.items():
            if canonical_tag(code) is not None:
                found.setdefault(sort_key(name), code)
    return found


def language_code(text: str) -> str | None:
    """The tag of a language, given as a tag or as a name in one of LANGUAGES."""
    return canonical_tag(_languages().get(sort_key(text), text))


def currency_code(text: str) -> str | None:
    """The ISO 4217 code of a currency in use."""
    code = text.strip().upper()
    return code if code in currency_places() else None


def is_company(text: str) -> bool:
    return same_word(text) in COMPANY


def status_of(text: str) -> str | None:
    return STATUSES.get(same_word(text))


def outcome_of(text: str) -> str | None:
    return OUTCOMES.get(same_word(text))


def is_yes(text: str) -> bool:
    return same_word(text) in YES


def is_no(text: str) -> bool:
    return same_word(text) in NO
