"""A workspace set up as its owner would do it, with people who can log in."""

from dataclasses import dataclass

from pydantic import SecretStr

from crm.accounts.fields import LoginFields, SetupFields, UserFields
from crm.accounts.guesses import Browser
from crm.accounts.login import LoggedIn, log_in
from crm.accounts.passwords import hash_password
from crm.accounts.permissions import Role
from crm.accounts.sessions import LoginPlace
from crm.accounts.setup import setup_workspace
from crm.accounts.users import create_user
from crm.accounts.workspaces import create_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database

PASSWORD = "a quiet harbour at dawn"
PASSWORD_HASH = hash_password(PASSWORD)
HOME = LoginPlace("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


def setup_fields(workspace: str = "Acme", email: str = "owner@acme.example") -> SetupFields:
    return SetupFields(workspace=workspace, name="Olga", email=email, password=SecretStr(PASSWORD))


@dataclass(frozen=True, slots=True)
class Team:
    """One of each role in a workspace, and the owner of another; each can log in with PASSWORD."""

    owner: Actor
    admin: Actor
    member: Actor
    viewer: Actor
    outsider: Actor

    def of_role(self, role: Role) -> Actor:
        actor: Actor = getattr(self, role)
        return actor


def gather_team(db: Database) -> Team:
    here = db.write(setup_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, furnish_workspace)
    there = db.write(
        create_workspace,
        SYSTEM,
        setup_fields("Elsewhere", "owner@elsewhere.example"),
        PASSWORD_HASH,
        furnish_workspace,
    )
    owner = Actor(here.workspace_id, here.owner_id)
    return Team(
        owner=owner,
        admin=hire(db, owner, "admin"),
        member=hire(db, owner, "member"),
        viewer=hire(db, owner, "viewer"),
        outsider=Actor(there.workspace_id, there.owner_id),
    )


def hire(db: Database, owner: Actor, role: Role, name: str | None = None) -> Actor:
    """A new user `NAME@acme.example`, where the name is the role when none is given."""
    name = name or role
    fields = UserFields(
        email=f"{name}@acme.example", name=name.title(), role=role, password=SecretStr(PASSWORD)
    )
    return Actor(owner.workspace_id, db.write(create_user, owner, fields, PASSWORD_HASH).id)


def enter(
    db: Database, email: str, password: str = PASSWORD, place: LoginPlace = HOME, device: str | None = None
) -> LoggedIn:
    """Log in as the page does."""
    fields, browser = LoginFields(email=email, password=SecretStr(password)), Browser(device=device)
    return log_in(db, fields, place, browser, "request")
