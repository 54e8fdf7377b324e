"""One e-mail may have accounts in several workspaces: each opens its own, none helps to guess at another."""

from contextlib import closing, suppress

import pytest
from pydantic import SecretStr

from crm.accounts import passwords
from crm.accounts.fields import LoginFields, UserChanges, UserFields
from crm.accounts.guesses import Browser
from crm.accounts.login import LoggedIn, SeveralWorkspaces, WrongCredentials, log_in
from crm.accounts.passwords import hash_password
from crm.accounts.profile import reset_password
from crm.accounts.sessions import LoginPlace
from crm.accounts.users import change_user, create_user
from crm.accounts.workspaces import create_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.errors import TooMany
from crm.kinds import open_database
from tests.support.frozen_clock import FrozenClock
from tests.support.people import HOME, PASSWORD, PASSWORD_HASH, Team, enter, setup_fields

OWNER = "owner@acme.example"
OTHER = "another harbour at dusk"
OTHER_HASH = hash_password(OTHER)
WRONG = "a harbour that is not"


def found(db: Database, name: str, email: str, password_hash: str = PASSWORD_HASH) -> Actor:
    """The owner of one more workspace."""
    fields = setup_fields(name, email)
    made = db.write(create_workspace, SYSTEM, fields, password_hash, furnish_workspace)
    return Actor(made.workspace_id, made.owner_id)


def enter_named(db: Database, email: str, workspace: str, password: str = PASSWORD) -> LoggedIn:
    fields = LoginFields(email=email, password=SecretStr(password), workspace=workspace)
    return log_in(db, fields, HOME, Browser(), "request")


def names_of(refusal: SeveralWorkspaces) -> list[str]:
    return [account.workspace_name for account in refusal.accounts]


def is_slowed(db: Database, email: str, password: str = WRONG, device: str | None = None) -> bool:
    try:
        enter(db, email, password, device=device)
    except TooMany:
        return True
    except WrongCredentials:
        return False
    raise AssertionError("the guess was right")


def test_the_password_decides_where_one_logs_in(db: Database, team: Team) -> None:
    there = found(db, "Third", OWNER, OTHER_HASH)
    assert enter(db, OWNER).actor.user_id == team.owner.user_id
    assert enter(db, OWNER, OTHER).actor.user_id == there.user_id
    with pytest.raises(WrongCredentials):
        enter(db, OWNER, WRONG)


def test_where_one_password_is_right_in_several_the_workspace_is_asked_for(db: Database, team: Team) -> None:
    there = found(db, "Third", OWNER)
    found(db, "Fourth", OWNER, OTHER_HASH)
    with pytest.raises(SeveralWorkspaces) as caught:
        enter(db, OWNER)
    assert names_of(caught.value) == ["Acme", "Third"]
    assert PASSWORD_HASH not in str(caught.value.extra)
    assert enter_named(db, OWNER, "third").actor.workspace_id == there.workspace_id
    assert enter_named(db, OWNER, str(there.workspace_id)).actor.user_id == there.user_id
    assert enter_named(db, OWNER, str(team.owner.workspace_id)).actor.user_id == team.owner.user_id
    for workspace in ("Fourth", "Elsewhere", "nowhere", "9" * 100):
        with pytest.raises(WrongCredentials):
            enter_named(db, OWNER, workspace)


def test_a_disabled_account_is_none(db: Database, team: Team) -> None:
    there = found(db, "Third", "other@acme.example")
    fields = UserFields(email=OWNER, name="Olga B", role="member", password=SecretStr(PASSWORD))
    second = db.write(create_user, there, fields, PASSWORD_HASH)
    with pytest.raises(SeveralWorkspaces):
        enter(db, OWNER)
    db.write(change_user, there, second.id, UserChanges(disabled=True))
    assert enter(db, OWNER).actor.user_id == team.owner.user_id


def test_of_five_accounts_the_four_oldest_are_tried_and_the_fifth_by_name_or_where_it_is_known(
    db: Database, team: Team
) -> None:
    for number in range(2, 5):
        found(db, f"Branch {number}", OWNER, OTHER_HASH)
    fifth = found(db, "Branch 5", OWNER)
    assert enter(db, OWNER).actor.user_id == team.owner.user_id
    with pytest.raises(SeveralWorkspaces) as caught:
        enter(db, OWNER, OTHER)
    assert names_of(caught.value) == ["Branch 2", "Branch 3", "Branch 4"]
    db.write(reset_password, team.owner, int(team.owner.user_id or 0), OTHER_HASH)
    with pytest.raises(WrongCredentials):
        enter(db, OWNER)
    device = enter_named(db, OWNER, "branch 5").device
    assert enter(db, OWNER, device=device).actor.user_id == fifth.user_id


@pytest.mark.parametrize("workspaces", [1, 2, 3, 6])
def test_as_many_hashes_are_computed_whoever_exists(
    db: Database, monkeypatch: pytest.MonkeyPatch, workspaces: int
) -> None:
    found(db, "First", OWNER)
    for number in range(1, workspaces):
        found(db, f"Branch {number}", "twice@acme.example" if number < 3 else f"b{number}@acme.example")
    computed: list[str | None] = []
    real = passwords._fits

    def counted(known: str | None, given: str) -> bool:
        computed.append(known)
        return real(known, given)

    monkeypatch.setattr(passwords, "_fits", counted)
    counts = set()
    for email, password in [
        (OWNER, PASSWORD), (OWNER, WRONG), ("nobody@acme.example", WRONG), ("twice@acme.example", PASSWORD),
        ("twice@acme.example", WRONG),
    ]:  # fmt: skip
        computed.clear()
        with suppress(WrongCredentials, SeveralWorkspaces):
            enter(db, email, password)
        counts.add(len(computed))
    assert counts == {min(workspaces, 4)}


def test_whoever_is_right_about_an_account_of_his_own_still_guesses_at_the_other(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    """He sets his own password to each guess: each counts, and at last he enters his own account alone."""
    mine = found(db, "Third", OWNER)
    with pytest.raises(SeveralWorkspaces):
        enter(db, OWNER, place=LoginPlace("198.51.100.1", ""))
    db.write(reset_password, mine, int(mine.user_id or 0), OTHER_HASH)
    for _ in range(20):
        enter(db, OWNER, OTHER)
    db.write(reset_password, mine, int(mine.user_id or 0), PASSWORD_HASH)
    assert enter(db, OWNER).actor.user_id == mine.user_id


def test_a_success_takes_back_its_own_attempt_and_no_other(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    found(db, "Third", OWNER, OTHER_HASH)
    for _ in range(4):
        assert not is_slowed(db, OWNER)
    enter(db, OWNER, OTHER)
    assert not is_slowed(db, OWNER)
    assert enter(db, OWNER, OTHER)
    with pytest.raises(WrongCredentials):
        enter(db, OWNER)  # while the e-mail waits, only the account is tried that is known from here


def test_the_browser_of_one_account_frees_no_guesses_at_another(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    found(db, "Third", OWNER, OTHER_HASH)
    device = enter(db, OWNER, OTHER).device
    for _ in range(5):
        assert not is_slowed(db, OWNER, device=device)
    with pytest.raises(WrongCredentials):
        enter(db, OWNER, device=device)
    assert enter(db, OWNER, OTHER, device=device).device == device
    frozen_clock.advance(hours=24, seconds=1)
    assert enter(db, OWNER, device=device).device != device


def test_what_is_counted_tells_nothing_of_other_accounts(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    """Whoever has an account of an e-mail sees the same refusals and waits, whether another has it or not."""
    found(db, "Third", OWNER, OTHER_HASH)
    found(db, "Fourth", "alone@acme.example", OTHER_HASH)
    outcomes: dict[str, list[str]] = {OWNER: [], "alone@acme.example": []}
    for step in range(36):
        password = OTHER if step in {6, 7, 15, 27} else WRONG
        for number, (email, seen) in enumerate(outcomes.items()):
            seen.append(outcome(db, email, password, LoginPlace(f"192.0.2.{number}", "")))
        frozen_clock.advance(seconds=(0, 1, 3, 9)[step % 4])
    assert outcomes[OWNER] == outcomes["alone@acme.example"]
    assert {"in", "wrong"} < set(outcomes[OWNER])


def outcome(db: Database, email: str, password: str, place: LoginPlace) -> str:
    try:
        enter(db, email, password, place)
    except TooMany as error:
        return f"wait {error.retry_after}"
    except WrongCredentials:
        return "wrong"
    return "in"


def test_an_old_database_keeps_its_people_and_takes_one_e_mail_in_two_workspaces(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:15])
        prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(
            f"""
            INSERT INTO workspaces (id, name, created_at, updated_at)
            VALUES (1, 'Acme', '2026', '2026'), (2, 'Branch', '2026', '2026');
            INSERT INTO users (id, workspace_id, email, name, name_key, role, password_hash,
                               created_at, updated_at)
            VALUES (1, 1, 'a@acme.example', 'A', 'a', 'owner', '{PASSWORD_HASH}', '2026', '2026'),
                   (2, 2, 'b@acme.example', 'B', 'b', 'owner', '{PASSWORD_HASH}', '2026', '2026');
            """
        )
    prepare(settings)
    with closing(open_database(settings)) as db:
        assert enter(db, "a@acme.example").actor == Actor(1, 1, "request")
        fields = UserFields(email="a@acme.example", name="A", role="member", password=SecretStr(PASSWORD))
        db.write(create_user, Actor(2, 2), fields, PASSWORD_HASH)
        with pytest.raises(SeveralWorkspaces):
            enter(db, "a@acme.example")
