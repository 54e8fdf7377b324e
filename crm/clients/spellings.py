"""How one phone number may be written in several ways: one table of countries' rules, each with its source.

A number is stored and shown as it was given, and compared by its key, the shorter spelling.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """The longer spelling has `extra` digits at `at`, followed by `rest` digits that fit `pattern`."""

    country: str
    at: int
    extra: str
    rest: int
    pattern: str = r"\d+"

    def shorter(self, phone: str) -> str | None:
        """The shorter spelling of a number in the longer one; None where it is not."""
        tail = phone[self.at + len(self.extra) :]
        fits = phone.startswith(self.extra, self.at) and self._fits(phone, tail)
        return phone[: self.at] + tail if fits else None

    def longer(self, phone: str) -> str | None:
        """The longer spelling of a number in the shorter one; None where it is not."""
        tail = phone[self.at :]
        return phone[: self.at] + self.extra + tail if self._fits(phone, tail) else None

    def _fits(self, phone: str, tail: str) -> bool:
        return (
            phone.startswith(self.country)
            and len(tail) == self.rest
            and re.fullmatch(self.pattern, tail) is not None
        )


RULES = (
    # Mexico: a 1 before mobiles from abroad until 3 August 2019 (IFT, Plan Técnico Fundamental de Numeración,
    # DOF of 11 May 2018; ITU communication of 12.VI.2018); WhatsApp still has it in ids.
    Rule("+52", 3, "1", 10),
    # Argentina: a 9 before mobiles, from abroad alone; within the country it is a 15 behind the area,
    # which phonenumbers reads (metadata of AR: nationalPrefixTransformRule 9$1; ENACOM, ITU numbering plan).
    Rule("+54", 3, "9", 10),
    # Brazil: a 9 before mobiles, which began with 6 to 9, by area from 29 July 2012 to 6 November 2016
    # (Anatel, resolution 553 of 14 December 2010; ITU communication of 6.II.2013). Trunk radio kept eight
    # digits, with a 7 in front, until it ended; phonenumbers' metadata still has it.
    Rule("+55", 5, "9", 8, r"[6-9]\d+"),
    # Benin: 01 before all numbers since 30 November 2024 (ARCEP Bénin; phonenumbers' metadata of BJ).
    Rule("+229", 4, "01", 8),
    # Ivory Coast: the operator's two digits before mobiles, by their second digit, since 31 January 2021
    # (ARTCI, plan of 10 digits). Landlines got 21, 25 or 27, of which their old digits do not tell.
    Rule("+225", 4, "01", 8, r"[014-9][1-3]\d+"),
    Rule("+225", 4, "05", 8, r"[014-9][4-6]\d+"),
    Rule("+225", 4, "07", 8, r"[014-9][7-9]\d+"),
)


def phone_key(phone: str) -> str:
    """The shorter spelling of an E.164 number, by which numbers are compared."""
    return next((short for rule in RULES if (short := rule.shorter(phone)) is not None), phone)


def spellings(phone: str) -> tuple[str, ...]:
    """The number as it is given, then how else it may be written."""
    key = phone_key(phone)
    longer = (rule.longer(key) for rule in RULES)
    return tuple(dict.fromkeys((phone, key, *(each for each in longer if each is not None))))
