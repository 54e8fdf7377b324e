"""Passwords: the rules, and hashing with Argon2id outside of any transaction."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from crm.errors import Invalid, Sentence
from crm.normal_forms import normalize
from crm.slots import Slots

SHORTEST = 12
LONGEST = 128
FEWEST_DIFFERENT = 5
AT_ONCE, WAITING = 2, 3
WAIT_SECONDS = 1.0
MEMORY_KIB = 19 * 1024
TIME_COST = 2

# What nobody's password hashes to: verified for unknown accounts, so that they take as long as known ones.
DECOY = "$argon2id$v=19$m=19456,t=2,p=1$ouO61ffilAB04QMkSy8qVg$Zer2kQViVApPxckj0nDVGLD9uKjQFa9yYMJYjd03Vdw"

NOBODY = "!"
HASH = re.compile(
    r"\$argon2id\$v=19\$m=\d{1,9},t=\d{1,9},p=\d{1,9}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}"
)
_hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=1)
# Each hash takes 19 MiB and a core: few at once, so that guesses cannot exhaust a small box.
_slots = Slots(
    AT_ONCE,
    waiting=WAITING,
    seconds=WAIT_SECONDS,
    refusal="Too many people are logging in. Please try again.",
    retry_after=5,
)
_COUNTING = "0123456789" * (LONGEST // 10 + 2)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(password: str, *personal: str, field: str = "password") -> str:
    """The password in the form in which it is hashed. Raises Invalid for one that is easily guessed.

    `personal` are the names and addresses around the account, which a guesser tries first.
    """
    password = _normal(password)
    if len(password) < SHORTEST:
        raise Invalid.field(field, Sentence("needs at least {n} characters", n=SHORTEST))
    if len(password) > LONGEST:
        raise Invalid.field(field, Sentence("may have at most {n} characters", n=LONGEST))
    if len(set(password)) < FEWEST_DIFFERENT:
        raise Invalid.field(field, Sentence("repeats the same few characters"))
    if _is_common(password, personal):
        raise Invalid.field(field, Sentence("is too easy to guess"))
    return password


def hash_password(password: str) -> str:
    """Takes long, and 19 MiB: never call it in a transaction. Raises Busy when too many wait."""
    with _slots.taken():
        return _hasher.hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; takes as long without a hash. Raises Busy when too many wait."""
    return verify_passwords([password_hash], password)[0]


def verify_passwords(password_hashes: Sequence[str | None], password: str) -> list[bool]:
    """`verify_password` of each, in one place of the queue; all are computed, whatever the first says."""
    password = _normal(password)[: LONGEST + 1]
    with _slots.taken():
        return [_fits(password_hash, password) for password_hash in password_hashes]


def _fits(password_hash: str | None, password: str) -> bool:
    known = password_hash if password_hash is not None and is_affordable(password_hash) else None
    try:
        return _hasher.verify(known or DECOY, password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def is_affordable(password_hash: str) -> bool:
    """Whether verifying costs no more than with our own parameters; `NOBODY` is never verified at all."""
    if password_hash == NOBODY:
        return True
    try:
        found = extract_parameters(password_hash) if HASH.fullmatch(password_hash) else None
    except InvalidHashError:
        return False
    return (
        found is not None
        and found.type is Type.ID
        and 0 < found.memory_cost <= MEMORY_KIB
        and 0 < found.time_cost <= TIME_COST
        and found.parallelism == 1
    )


def needs_rehash(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    return normalize("NFC", password)


def _is_common(password: str, personal: tuple[str, ...]) -> bool:
    """A known password, or a known word with digits and signs around it, or one repeated."""
    whole = password.casefold()
    known = common_passwords() | {word for text in personal for word in _words_of(text)}
    if whole in _COUNTING or whole[::-1] in _COUNTING:
        return True
    core = _EDGES.sub("", whole)
    return not known.isdisjoint({whole, _once(whole), _once(core), re.sub(r"[\W_]+", "", core)})


def _words_of(text: str) -> list[str]:
    parts = re.split(r"[\W_]+", text.casefold())
    return [word for word in (*parts, "".join(parts), text.casefold()) if len(word) > 2]


def _once(text: str) -> str:
    """`abcabc` becomes `abc`."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text


@cache
def common_passwords() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
