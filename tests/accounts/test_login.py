"""Logging in tells nothing to strangers, slows their guesses, and never locks the user out."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm import clock
from crm.accounts.fields import LoginFields, UserChanges
from crm.accounts.login import WrongCredentials
from crm.accounts.passwords import hash_password
from crm.accounts.sessions import LoginPlace, identify_session, list_sessions
from crm.accounts.users import change_user
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import TooMany
from tests.support.frozen_clock import FrozenClock
from tests.support.people import HOME, PASSWORD, Team, enter

OWNER = "owner@acme.example"


def fail(db: Database, email: str, place: LoginPlace = HOME, device: str | None = None) -> None:
    with pytest.raises(WrongCredentials):
        enter(db, email, "not the password", place, device)


def test_whoever_logs_in_is_known_by_the_session(db: Database, team: Team) -> None:
    entered = enter(db, "  Owner@ACME.example ")
    known = db.read(identify_session, SYSTEM, entered.session)
    assert known is not None
    assert (known.user_id, known.workspace_id) == (team.owner.user_id, team.owner.workspace_id)
    assert (known.kind, known.scope, known.role, known.workspace_name) == (
        "session",
        "write",
        "owner",
        "Acme",
    )
    [session] = db.read(list_sessions, team.owner)
    assert (session.address, session.user_agent) == (HOME.address, HOME.user_agent)


@pytest.mark.sqlite("reads the bytes of the file")
def test_no_secret_is_stored(db: Database, team: Team) -> None:
    entered = enter(db, OWNER)
    db.close()
    stored = b"".join(path.read_bytes() for path in db.path.parent.iterdir() if path.is_file())
    assert OWNER.encode() in stored
    for secret in (entered.session, entered.device, PASSWORD):
        assert secret.encode() not in stored


def test_unknown_wrong_and_disabled_get_the_same_answer(db: Database, team: Team) -> None:
    db.write(change_user, team.owner, int(team.viewer.user_id or 0), UserChanges(disabled=True))
    answers = set()
    for email, password in (
        ("nobody@acme.example", PASSWORD),
        (OWNER, "not the password"),
        ("viewer@acme.example", PASSWORD),
        ("not an e-mail\x00", PASSWORD),
    ):
        with pytest.raises(WrongCredentials) as caught:
            enter(db, email, password)
        answers.add(caught.value.message)
    assert len(answers) == 1


def test_guesses_at_one_account_from_one_address_wait_longer_and_longer(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    waits = []
    for _ in range(5):
        fail(db, OWNER)
    for _ in range(12):
        with pytest.raises(TooMany) as caught:
            enter(db, OWNER)
        waits.append(caught.value.retry_after)
        frozen_clock.advance(seconds=caught.value.retry_after)
        fail(db, OWNER)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_the_right_password_after_the_wait_ends_it(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    for _ in range(5):
        fail(db, OWNER)
    frozen_clock.advance(seconds=1)
    enter(db, OWNER)
    for _ in range(5):
        fail(db, OWNER)


def test_an_attempt_that_must_wait_costs_nothing_and_counts_nothing(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    for _ in range(5):
        fail(db, OWNER)
    for _ in range(50):
        with pytest.raises(TooMany) as caught:
            enter(db, OWNER)
        assert caught.value.retry_after == 1


def test_guesses_from_one_address_at_many_accounts_wait(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    for number in range(30):
        fail(db, f"nobody{number}@acme.example")
    with pytest.raises(TooMany):
        enter(db, OWNER)
    enter(db, OWNER, place=LoginPlace("192.0.2.8", ""))


def test_one_customer_s_ipv6_addresses_count_as_one(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    for number in range(5):
        fail(db, OWNER, LoginPlace(f"2001:db8:1:2::{number}", ""))
    with pytest.raises(TooMany):
        enter(db, OWNER, place=LoginPlace("2001:db8:1:2:ffff::1", ""))
    enter(db, OWNER, place=LoginPlace("2001:db8:1:3::1", ""))


def test_a_stranger_s_guesses_do_not_keep_the_user_out(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    device = enter(db, OWNER).device
    for _ in range(5):
        fail(db, OWNER)
    for number in range(120):
        with pytest.raises((WrongCredentials, TooMany)):
            enter(db, OWNER, "not the password", LoginPlace(f"198.51.100.{number}", ""))
    with pytest.raises(TooMany) as caught:
        enter(db, OWNER, place=LoginPlace("203.0.113.1", ""))
    assert caught.value.retry_after <= 60
    enter(db, OWNER, device=device)
    enter(db, OWNER, device=device, place=LoginPlace("203.0.113.1", ""))


def test_a_device_is_trusted_with_its_own_account_alone_and_only_so_far(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    device = enter(db, "viewer@acme.example").device
    for _ in range(5):
        fail(db, OWNER, device=device)
    with pytest.raises(TooMany):
        enter(db, OWNER, device=device)
    for _ in range(10):
        fail(db, "viewer@acme.example", device=device)
    with pytest.raises(TooMany):
        enter(db, "viewer@acme.example", device=device)


def test_counts_are_forgotten_after_a_day(db: Database, team: Team, frozen_clock: FrozenClock) -> None:
    for _ in range(5):
        fail(db, OWNER)
    frozen_clock.advance(hours=24, seconds=1)
    for _ in range(5):
        fail(db, OWNER)


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_is_set_neither_lengthens_a_wait_nor_ends_it(
    db: Database, team: Team, frozen_clock: FrozenClock, days: int
) -> None:
    for _ in range(6):
        with pytest.raises((WrongCredentials, TooMany)):
            enter(db, OWNER, "not the password")
    frozen_clock.set(frozen_clock.time + timedelta(days=days))
    with pytest.raises(TooMany) as caught:
        enter(db, OWNER)
    assert 0 < caught.value.retry_after <= 2
    frozen_clock.advance(seconds=caught.value.retry_after)
    enter(db, OWNER)


def test_a_wait_holds_on_another_machine_and_after_a_new_start(
    db: Database, team: Team, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        fail(db, OWNER)
    for number, machine in enumerate(("another", "a third", "another")):
        monkeypatch.setattr(clock, "boot", lambda machine=machine: machine)
        frozen_clock.ran = 1.0
        with pytest.raises(TooMany) as caught:
            enter(db, OWNER)
        assert caught.value.retry_after == 2**number
        frozen_clock.set(frozen_clock.time + timedelta(seconds=2**number))
        fail(db, OWNER)


def test_a_clock_that_was_wrong_before_a_new_start_locks_nobody_out(
    db: Database, team: Team, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        fail(db, OWNER)
    monkeypatch.setattr(clock, "boot", lambda: "the next start")
    frozen_clock.set(frozen_clock.time - timedelta(hours=1))
    fail(db, OWNER)
    with pytest.raises(TooMany) as caught:
        enter(db, OWNER)
    assert caught.value.retry_after == 2


def set_hash(tx: Transaction, email: str, password_hash: str) -> None:
    tx.run("UPDATE users SET password_hash = :hash WHERE email = :email", hash=password_hash, email=email)


def get_hash(tx: Transaction, email: str) -> str:
    return str(tx.value("SELECT password_hash FROM users WHERE email = :email", email=email))


def test_a_hash_of_weaker_parameters_is_replaced_at_log_in(
    db: Database, team: Team, cheap_hash: Callable[[str], str]
) -> None:
    weak = cheap_hash(PASSWORD)
    db.write(set_hash, SYSTEM, OWNER, weak)
    enter(db, OWNER)
    stronger = db.read(get_hash, SYSTEM, OWNER)
    assert stronger != weak and "m=19456,t=2,p=1" in stronger
    enter(db, OWNER)
    assert db.read(get_hash, SYSTEM, OWNER) == stronger


def test_a_password_is_no_part_of_what_is_printed() -> None:
    assert PASSWORD not in repr(LoginFields.model_validate({"email": OWNER, "password": PASSWORD}))
    assert PASSWORD not in hash_password(PASSWORD)
