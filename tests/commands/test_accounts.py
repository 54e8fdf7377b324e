"""The console sets up, adds workspaces, people and tokens, and says in one line what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm.accounts.login import WrongCredentials
from crm.accounts.setup import CODE_FILE, ensure_setup_code
from crm.accounts.tokens import identify_token
from crm.accounts.users import list_users
from crm.accounts.workspaces import list_workspaces
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from tests.support.people import PASSWORD, enter

SETUP = (
    "setup",
    "--workspace",
    "Acme",
    "--email",
    "Owner@acme.example",
    "--name",
    "Olga",
    "--password-stdin",
)
BRANCH = ("workspace", "create", "Branch", "--email", "b@acme.example", "--name", "Bo", "--password-stdin")
MARA = ("--email", "m@acme.example", "--name", "Mara", "--role", "member", "--password-stdin")


class Console:
    def __init__(self, settings: Settings) -> None:
        self._environment = {
            **os.environ,
            "SQLITE_PATH": str(settings.sqlite_path),
            "UPLOAD_FOLDER": str(settings.upload_folder),
            "BACKUP_DIR": str(settings.backup_dir),
        }

    def run(self, *words: str, given: str | bytes = PASSWORD + "\n") -> subprocess.CompletedProcess[str]:
        raw = given.encode() if isinstance(given, str) else given
        done = subprocess.run(
            [sys.executable, "-m", "crm", *words],
            input=raw,
            capture_output=True,
            env=self._environment,
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: str, given: str | bytes = PASSWORD + "\n") -> str:
        done = self.run(*words, given=given)
        assert done.returncode not in (0, -6, -11) and "Traceback" not in done.stderr, done.stderr
        assert done.stdout == ""
        return done.stderr


@pytest.fixture
def console(settings: Settings) -> Console:
    return Console(settings)


def test_a_fresh_appliance_is_set_up_from_the_console_once(
    console: Console, db: Database, settings: Settings
) -> None:
    ensure_setup_code(settings)
    assert "Acme" in console.must(*SETUP)
    enter(db, "owner@acme.example")
    assert not (settings.sqlite_path.parent / CODE_FILE).exists()
    assert "already set up" in console.refused(*SETUP)
    assert len(db.read(list_workspaces, SYSTEM)) == 1


def test_people_and_workspaces_are_added(console: Console, db: Database) -> None:
    console.must(*SETUP)
    console.must("user", "create", *MARA)
    console.must(*BRANCH)
    assert console.must("workspace", "list") == "1\tAcme\n2\tBranch\n"
    more = (
        "user",
        "create",
        "--email",
        "n@acme.example",
        "--name",
        "Nils",
        "--role",
        "viewer",
        "--password-stdin",
    )
    assert "Which workspace?" in console.refused(*more)
    assert "no workspace 'Nowhere'" in console.refused(*more, "--workspace", "Nowhere")
    console.must(*more, "--workspace", "branch")
    assert [(user.name, user.role) for user in db.read(list_users, Actor(2, None))] == [
        ("Bo", "owner"),
        ("Nils", "viewer"),
    ]
    enter(db, "m@acme.example")


def test_a_token_stands_alone_on_the_standard_output(console: Console, db: Database) -> None:
    console.must(*SETUP)
    token = console.must(
        "token", "create", "--user", "owner@acme.example", "--name", "sync", "--scope", "read", "--days", "7"
    )
    assert token.count("\n") == 1
    known = db.read(identify_token, SYSTEM, token.strip())
    assert known is not None and (known.email, known.scope) == ("owner@acme.example", "read")


def test_a_lost_password_is_replaced(console: Console, db: Database) -> None:
    console.must(*SETUP)
    done = console.run(
        "user",
        "password",
        "--email",
        "owner@acme.example",
        "--password-stdin",
        given="another harbour at dusk",
    )
    assert done.returncode == 0, done.stderr
    enter(db, "owner@acme.example", "another harbour at dusk")
    with pytest.raises(WrongCredentials):
        enter(db, "owner@acme.example", PASSWORD)


def test_where_an_e_mail_is_in_several_workspaces_one_is_named(console: Console, db: Database) -> None:
    console.must(*SETUP)
    console.must("workspace", "create", "Branch", *SETUP[3:])
    token = ("token", "create", "--user", "owner@acme.example", "--name", "sync")
    reset = ("user", "password", "--email", "owner@acme.example", "--password-stdin")
    for words in (token, reset):
        answer = console.refused(*words)
        assert "'owner@acme.example' is in several workspaces. Name one by --workspace:" in answer
        assert "'Acme' (id 1), 'Branch' (id 2)" in answer
        assert "no workspace 'Nowhere'" in console.refused(*words, "--workspace", "Nowhere")
    known = db.read(identify_token, SYSTEM, console.must(*token, "--workspace", "branch").strip())
    assert known is not None and known.workspace_id == 2
    done = console.run(*reset, "--workspace", "2", given="another harbour at dusk")
    assert done.returncode == 0, done.stderr
    assert enter(db, "owner@acme.example", "another harbour at dusk").actor.workspace_id == 2
    assert enter(db, "owner@acme.example").actor.workspace_id == 1


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (SETUP, "short\n", "password: needs at least 12 characters"),
        (SETUP, "", "password: needs at least 12 characters"),
        (SETUP, b"\xff\xfe not text here\n", "not UTF-8"),
        ((*SETUP, "--email", "nobody"), PASSWORD, "email: is not an e-mail address"),
        ((*SETUP, "--timezone", "Mars"), PASSWORD, "timezone: is not a time zone"),
        ((*SETUP, "--workspace", " "), PASSWORD, "workspace: is required"),
        (("user", "create", *MARA), PASSWORD, "no workspace yet"),
        (("token", "create", "--user", "nobody@acme.example", "--name", "sync"), "", "no user"),
        (("token", "create", "--user", "nobody@acme.example", "--name", "sync", "--days", "0"), "", "days"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_stored(
    console: Console, db: Database, words: tuple[str, ...], given: str | bytes, says: str
) -> None:
    assert says in console.refused(*words, given=given)
    assert db.read(list_workspaces, SYSTEM) == []


def test_a_database_that_is_not_there_is_made(console: Console, settings: Settings) -> None:
    assert not Path(settings.sqlite_path).exists()
    console.must(*SETUP)
    assert Path(settings.sqlite_path).exists()
