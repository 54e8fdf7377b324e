"""/api/login, /api/logout, /api/me: logging in as a browser does."""

from dataclasses import dataclass

from flask import Blueprint, Response, g

from crm.accounts.fields import LoginFields, PasswordChange, ProfileChanges
from crm.accounts.login import log_in
from crm.accounts.profile import change_password, change_profile, get_profile
from crm.accounts.sessions import end_session
from crm.accounts.users import User
from crm.accounts.workspaces import Workspace, get_workspace
from crm.web.auth import permit, public, unguarded
from crm.web.kinds.known import known_permissions
from crm.web.navigation import may
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.responses import answers
from crm.web.sessions.forgery import csrf_token, csrf_token_of
from crm.web.sessions.identity import actor, database, identity
from crm.web.sessions.login_cookies import (
    asking_browser,
    drop_login,
    forget_visitor,
    keep_login,
    place_of_request,
)

blueprint = Blueprint("api_login", __name__, url_prefix="/api")


@dataclass(frozen=True, slots=True)
class Entry:
    """`csrf_token` goes into the header X-CSRFToken of each changing request of this session."""

    user: User
    workspace: Workspace
    csrf_token: str


@dataclass(frozen=True, slots=True)
class Me:
    """`permissions` are those of this session or token; `csrf_token` is None for a token."""

    user: User
    workspace: Workspace
    kind: str
    scope: str
    permissions: list[str]
    csrf_token: str | None


@dataclass(frozen=True, slots=True)
class EndedSessions:
    ended_sessions: int


@blueprint.post("/login")
@public
@unguarded
@contract(body=LoginFields, result=Entry, refusals=(401, 409))
def log_in_here() -> Response:
    """Log in: the session is a cookie, and the answer contains the CSRF token"""
    fields = json_body(LoginFields)
    entered = log_in(database(), fields, place_of_request(), asking_browser(), g.request_id)
    forget_visitor()
    user = database().read(get_profile, entered.actor)
    workspace = database().read(get_workspace, entered.actor)
    response = answers.data(Entry(user, workspace, csrf_token_of(entered.session)))
    keep_login(response, entered)
    return response


@blueprint.post("/logout")
@permit("self.read")
@contract(status=204)
def log_out() -> Response:
    """End the session of this request; a token stays valid"""
    response = answers.no_content()
    if identity().kind == "session":
        write(end_session, identity().credential_id)
        forget_visitor()
        drop_login(response)
    return response


@blueprint.get("/me")
@permit("self.read")
@contract(result=Me)
def show_me() -> Response:
    """Show the current user, and what this session or token may do"""
    known = identity()
    user = read(get_profile)
    me = Me(
        user=user,
        workspace=read(get_workspace),
        kind=known.kind,
        scope=known.scope,
        permissions=[name for name in known_permissions().rules if may(name)],
        csrf_token=csrf_token() if known.kind == "session" else None,
    )
    return answers.data(me, version=user.version)


@blueprint.patch("/me")
@permit("self.write")
@contract(body=ProfileChanges, result=User, refusals=(409, 412))
def change_me() -> Response:
    """Change your name, e-mail, language or time zone"""
    user = change_profile(database(), actor(), json_body(ProfileChanges), expected_version())
    return answers.data(user, version=user.version)


@blueprint.put("/me/password")
@permit("self.write")
@contract(body=PasswordChange, result=EndedSessions)
def change_my_password() -> Response:
    """Change your password, which ends all other sessions and, unless they are kept, all API tokens"""
    mine = identity().credential_id if identity().kind == "session" else None
    ended = change_password(database(), actor(), json_body(PasswordChange), mine)
    return answers.data(EndedSessions(ended.sessions))
