"""Logging in and out."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.fields import LoginFields
from crm.accounts.login import MOST_TRIED, LoggedIn, SeveralWorkspaces, WrongCredentials, log_in
from crm.accounts.sessions import end_session
from crm.accounts.setup import is_set_up
from crm.accounts.workspaces import count_workspaces
from crm.db.actor import SYSTEM
from crm.errors import Invalid, TooMany
from crm.fields import parse_fields
from crm.web.auth import permit, public
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.forms import is_ours
from crm.web.requests.reading import write
from crm.web.sessions.entry_choice import enter_by_choice, offer_choice
from crm.web.sessions.identity import current_identity, database, identity
from crm.web.sessions.login_cookies import (
    asking_browser,
    drop_login,
    forget_visitor,
    keep_login,
    place_of_request,
)

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def show_login() -> ResponseReturnValue:
    if current_identity() is not None:
        return redirect(_target(request.args.get("next", "")))
    if not database().read(is_set_up, SYSTEM):
        return redirect(url_for("setup.show_setup"))
    return _render("", request.args.get("next", ""))


@blueprint.post("/login")
@public
def log_in_here() -> ResponseReturnValue:
    email, target = request.form.get("email", ""), request.form.get("next", "")
    try:
        entered = _enter()
    except SeveralWorkspaces as several:
        offer_choice(several)
        return render_template(
            "accounts/choose_workspace.html", accounts=several.accounts, email=email, target=target
        )
    except Invalid:
        return _render(email, target, WrongCredentials().message), 401
    except (WrongCredentials, TooMany) as error:
        response = make_response(_render(email, target, worded(error.message)), status_of(error))
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    forget_visitor()
    response = make_response(redirect(_target(target), 303))
    keep_login(response, entered)
    return response


def _enter() -> LoggedIn:
    """By the password, or by the choice that the right one led to."""
    email, password = request.form.get("email", ""), request.form.get("password")
    workspace = request.form.get("workspace", "").strip()
    if password is None and workspace:
        return enter_by_choice(workspace)
    given = {"email": email, "password": password or "", "workspace": workspace or None}
    fields = parse_fields(LoginFields, given)
    return log_in(database(), fields, place_of_request(), asking_browser(), g.request_id)


@blueprint.post("/logout")
@permit("self.read")
def log_out() -> ResponseReturnValue:
    response = make_response(redirect(url_for("login.show_login"), 303))
    if identity().kind == "session":
        write(end_session, identity().credential_id)
        forget_visitor()
        drop_login(response)
    return response


def _target(wanted: str) -> str:
    """The page asked for before, given without the sub-path: a link from elsewhere must not lead away."""
    return request.script_root + wanted if is_ours(wanted) else url_for("home.show_home")


def _render(email: str, target: str, problem: str = "") -> str:
    """The workspace is asked for only where there are more than are tried without it."""
    many = database().read(count_workspaces, SYSTEM) > MOST_TRIED
    return render_template(
        "accounts/login.html",
        email=email,
        target=target,
        problem=problem,
        asks_workspace=many,
        workspace=request.form.get("workspace", ""),
    )
