"""How likely two clients are one: a score from 0 to 100, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from crm.clients.name_forms import domain_of, name_words, sound_of
from crm.clients.spellings import phone_key
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from rapidfuzz import fuzz
else:
    fuzz = WhenUsed("rapidfuzz.fuzz")

LEAST = 50
"""The lowest score that is shown."""
SIMILAR, ROUGHLY = 88.0, 74.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a client. `emails` and `phones` are all of them, in their comparable forms."""

    id: int
    kind: str
    words: tuple[str, ...]
    emails: frozenset[str]
    phones: frozenset[str]
    domains: frozenset[str]
    city: str | None
    company_id: int | None


def traits_of(facts: Mapping[str, Any], emails: Iterable[str], phones: Iterable[str]) -> Traits:
    """`facts` are the columns of a client's row, `emails` and `phones` all that they have."""
    emails, company = list(emails), facts["kind"] == "company"
    found = {domain_of(address) for address in (facts["website"], *emails)} if company else set()
    return Traits(
        id=facts["id"],
        kind=facts["kind"],
        words=name_words(facts["name"], company=company),
        emails=frozenset(emails),
        phones=frozenset(map(phone_key, phones)),
        domains=frozenset(domain for domain in found if domain is not None),
        city=facts["city_key"],
        company_id=facts["company_id"],
    )


def blocks_of(traits: Traits) -> dict[int, bool]:
    """The blocks in which the client is looked for, and whether it is that of a domain: those who share one
    are compared.
    """
    return {_number(f"{traits.kind}:{text}"): text.startswith("d:") for text in _block_texts(traits)}


def _block_texts(traits: Traits) -> Iterator[str]:
    yield from (f"e:{email}" for email in traits.emails)
    yield from (f"p:{phone}" for phone in traits.phones)
    yield from (f"d:{domain}" for domain in traits.domains)
    name = " ".join(traits.words)
    sounds = " ".join(sorted(map(sound_of, traits.words)))
    if traits.kind == "company" or len(traits.words) > 1:
        yield f"n:{name}"
        yield f"s:{sounds}"
    if traits.city:
        yield f"c:{sounds}:{traits.city}"
    if traits.company_id is not None:
        yield f"o:{sounds}:{traits.company_id}"


def _number(text: str) -> int:
    """64 bits: tables of them are small, and two texts do not meet by chance."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


def likeness(one: Traits, other: Traits) -> tuple[int, list[str]]:
    """The score of two clients of one kind, and the reasons for it, the strongest first."""
    names = _name_score(one, other)
    shared = [
        ("email", 90, one.emails & other.emails),
        ("phone", 82, one.phones & other.phones),
        ("domain", 72, one.domains & other.domains),
    ]
    reasons = [reason for reason, _, common in shared if common]
    if reasons:
        best = max(points for reason, points, _ in shared if reason in reasons)
        score = best + 4 * (len(reasons) - 1) + (6 if names >= 50 else 0 if names else -18)
    else:
        score = names
    if names:
        reasons.append("name" if names >= 70 else "similar_name")
    for reason, mine, theirs in (
        ("city", one.city, other.city), ("company", one.company_id, other.company_id),
    ):  # fmt: skip
        if names and mine and theirs:
            score += 8 if mine == theirs else -4
            reasons += [reason] if mine == theirs else []
    return max(0, min(score, 99)), reasons


def _name_score(one: Traits, other: Traits) -> int:
    mine, theirs = " ".join(one.words), " ".join(other.words)
    if not mine or not theirs:
        return 0
    several = len(one.words) > 1 or one.kind == "company"
    if mine == theirs:
        return 72 if several else 44
    ratio = fuzz.token_sort_ratio(mine, theirs)
    if ratio >= SIMILAR:
        return 62 if several else 42
    alike = sorted(map(sound_of, one.words)) == sorted(map(sound_of, other.words))
    return (56 if several else 40) if ratio >= ROUGHLY and alike else 0
