"""A password is long rather than odd, and nothing that a stranger would try first."""

import threading
import time
from contextlib import ExitStack

import pytest
from argon2 import extract_parameters

from crm.accounts import passwords
from crm.accounts.passwords import check_password, hash_password, needs_rehash, verify_password
from crm.errors import Busy, Invalid


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "только для своих людей",
        "zq8#mW2!rT5x",
        "Tr0ub4dor&3 and more",
        "x7" + "é" * 9 + "pLq",
    ],
)
def test_any_long_text_will_do(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "121212121212",
        "123456789012",
        "987654321098",
        "Password1234!",
        "!!qwerty2026!!",
        "passwordpassword",
        "1qaz2wsx3edc4rfv",
    ],
)
def test_what_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password, field="new_password")
    assert [problem.field for problem in caught.value.problems] == ["new_password"]


@pytest.mark.parametrize(
    "password", ["Olga-Petrova-2026", "olga@acme.example", "acmeacmeacme", "20262026petrova"]
)
def test_the_names_around_the_account_are_no_password(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, "Olga Petrova", "olga@acme.example", "Acme")


def test_a_password_fits_however_its_accents_are_typed() -> None:
    assert verify_password(hash_password("cafe\u0301 au lait noir"), "caf\u00e9 au lait noir")


def test_only_the_password_fits() -> None:
    password_hash = hash_password("a quiet harbour at dawn")
    assert not verify_password(password_hash, "a quiet harbour at dusk")
    assert not verify_password(password_hash, "")
    assert not verify_password(password_hash, "x" * 1_000_000)
    assert not verify_password("!", "a quiet harbour at dawn")
    assert not verify_password(None, "a quiet harbour at dawn")


def test_an_unknown_account_costs_what_a_known_one_costs() -> None:
    known = extract_parameters(hash_password("a quiet harbour at dawn"))
    assert extract_parameters(passwords.DECOY) == known
    assert (known.memory_cost, known.time_cost, known.parallelism) == (19 * 1024, 2, 1)


def test_an_unknown_account_takes_about_as_long_as_a_known_one() -> None:
    known = hash_password("a quiet harbour at dawn")

    def work(password_hash: str | None) -> float:
        """The processor's time, which other load does not stretch; the least of a few."""
        spent = []
        for _ in range(5):
            start = time.thread_time()
            verify_password(password_hash, "a quiet harbour at dusk")
            spent.append(time.thread_time() - start)
        return min(spent)

    assert 1 / 3 < work(None) / work(known) < 3


def test_a_hash_of_other_parameters_is_to_be_made_anew() -> None:
    assert needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21l$" + "A" * 43)
    assert not needs_rehash(passwords.DECOY)


def test_few_hash_at_once_and_the_rest_wait_or_are_asked_to_come_back() -> None:
    started = time.monotonic()
    with ExitStack() as held:
        for _ in range(passwords.AT_ONCE):
            held.enter_context(passwords._slots.taken())
        with pytest.raises(Busy) as caught:
            hash_password("a quiet harbour at dawn")
    assert caught.value.retry_after > 0
    assert time.monotonic() - started < 5
    assert hash_password("a quiet harbour at dawn")


def test_waiting_for_a_place_ends_when_one_is_free() -> None:
    done: list[str] = []
    waiting = threading.Thread(target=lambda: done.append(hash_password("a quiet harbour at dawn")))
    with ExitStack() as held:
        for _ in range(passwords.AT_ONCE):
            held.enter_context(passwords._slots.taken())
        waiting.start()
        time.sleep(0.05)
        assert not done
    waiting.join(10)
    assert done
