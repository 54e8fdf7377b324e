"""What users change about themselves, and what it takes."""

import pytest
from pydantic import SecretStr

from crm.accounts.fields import PasswordChange, ProfileChanges, TokenFields, WorkspaceChanges
from crm.accounts.login import WrongCredentials
from crm.accounts.profile import change_password, change_profile
from crm.accounts.sessions import identify_session
from crm.accounts.tokens import create_token, identify_token
from crm.accounts.workspaces import change_workspace
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Conflict, Invalid, Stale, TooMany
from tests.support.frozen_clock import FrozenClock
from tests.support.people import PASSWORD, Team, enter

MEMBER = "member@acme.example"
NEW = "another harbour at dusk"


def password_change(current: str, new: str = NEW) -> PasswordChange:
    return PasswordChange(current_password=SecretStr(current), new_password=SecretStr(new))


def test_a_new_password_ends_all_other_sessions_and_all_tokens(db: Database, team: Team) -> None:
    mine, other = enter(db, MEMBER).session, enter(db, MEMBER).session
    token = db.write(create_token, team.member, TokenFields(name="sync"), "t" * 43).token
    known = db.read(identify_session, SYSTEM, mine)
    assert known is not None
    ended = change_password(db, team.member, password_change(PASSWORD), known.credential_id)
    assert (ended.sessions, ended.tokens) == (1, 1)
    assert db.read(identify_session, SYSTEM, mine)
    assert db.read(identify_session, SYSTEM, other) is None
    assert db.read(identify_token, SYSTEM, token) is None
    enter(db, MEMBER, NEW)
    with pytest.raises(WrongCredentials):
        enter(db, MEMBER, PASSWORD)


def test_a_new_password_takes_the_current_one_and_guesses_are_slowed_down(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid) as caught:
            change_password(db, team.member, password_change("not the password"), None)
        assert [problem.field for problem in caught.value.problems] == ["current_password"]
    with pytest.raises(TooMany):
        change_password(db, team.member, password_change(PASSWORD), None)
    enter(db, MEMBER)


def test_a_weak_new_password_is_refused_before_anything_else(db: Database, team: Team) -> None:
    with pytest.raises(Invalid) as caught:
        change_password(db, team.member, password_change(PASSWORD, "Member-2026-2026"), None)
    assert [problem.field for problem in caught.value.problems] == ["new_password"]
    enter(db, MEMBER)


def test_another_e_mail_takes_the_password(db: Database, team: Team) -> None:
    for given in (None, SecretStr("not the password")):
        with pytest.raises(Invalid):
            change_profile(db, team.member, ProfileChanges(email="mara@acme.example", current_password=given))
    changed = change_profile(
        db, team.member, ProfileChanges(email="mara@acme.example", current_password=SecretStr(PASSWORD))
    )
    assert changed.email == "mara@acme.example"
    enter(db, "mara@acme.example")


def test_name_language_and_time_zone_need_no_password(db: Database, team: Team) -> None:
    session = enter(db, MEMBER).session
    changed = change_profile(
        db, team.member, ProfileChanges(name="Mara", email=MEMBER, language="de", timezone="Europe/Berlin")
    )
    assert (changed.name, changed.language, changed.timezone) == ("Mara", "de", "Europe/Berlin")
    known = db.read(identify_session, SYSTEM, session)
    assert known is not None and (known.language, known.timezone) == ("de", "Europe/Berlin")
    change_profile(db, team.member, ProfileChanges(language=None, timezone=None))
    known = db.read(identify_session, SYSTEM, session)
    assert known is not None and (known.language, known.timezone) == ("en", "UTC")


def test_a_locale_of_one_s_own_goes_before_the_workspace_s(db: Database, team: Team) -> None:
    """A language that was chosen before there were locales says how to write, too: all but plain English."""
    session = enter(db, MEMBER).session

    def known() -> str:
        found = db.read(identify_session, SYSTEM, session)
        assert found is not None
        return found.locale

    assert known() == "en"
    db.write(change_workspace, team.owner, WorkspaceChanges(language="fr"))
    assert known() == "fr"
    db.write(change_workspace, team.owner, WorkspaceChanges(locale="de_de"))
    assert known() == "de-DE"
    change_profile(db, team.member, ProfileChanges(language="en"))
    assert known() == "de-DE"
    change_profile(db, team.member, ProfileChanges(language="pt-BR"))
    assert known() == "pt-BR"
    assert change_profile(db, team.member, ProfileChanges(locale="en-us")).locale == "en-US"
    assert known() == "en-US"
    change_profile(db, team.member, ProfileChanges(locale=None, language=None))
    assert db.write(change_workspace, team.owner, WorkspaceChanges(locale=None)).locale is None
    assert known() == "fr"


def test_a_taken_name_or_an_older_version_is_refused(db: Database, team: Team) -> None:
    with pytest.raises(Conflict):
        change_profile(db, team.member, ProfileChanges(name="viewer"))
    change_profile(db, team.member, ProfileChanges(name="Mara"), 1)
    with pytest.raises(Stale):
        change_profile(db, team.member, ProfileChanges(name="Maria"), 1)
