"""Joining with an invitation link. Its secret is after the `#`, which browsers do not send."""

from collections.abc import Mapping

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.fields import JoinFields
from crm.accounts.invitations import join_workspace
from crm.errors import Conflict, CrmError, Invalid, NotFound
from crm.fields import parse_fields
from crm.web.auth import public
from crm.web.errors import status_of
from crm.web.requests.forms import refusal
from crm.web.sessions.identity import database
from crm.web.sessions.login_cookies import admitted, forget_visitor, keep_login

blueprint = Blueprint("join", __name__, url_prefix="/join")


@blueprint.get("")
@public
def show_join() -> str:
    return _render({})


@blueprint.post("")
@public
def join() -> ResponseReturnValue:
    """Make the user, and log in as that."""
    password = request.form.get("password", "")
    try:
        guest = join_workspace(database(), parse_fields(JoinFields, _given(password)), g.request_id)
    except (Invalid, Conflict, NotFound) as error:
        return _render(request.form, error), status_of(error)
    entered = admitted(guest)
    forget_visitor()
    response = make_response(redirect(url_for("home.show_home"), 303))
    keep_login(response, entered)
    return response


def _given(password: str) -> dict[str, object]:
    return {
        "token": request.form.get("token", "").strip(),
        "name": request.form.get("name", ""),
        "email": request.form.get("email", "").strip() or None,
        "password": password,
    }


def _render(values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "accounts/join.html",
        values=values,
        **refusal(error),
    )
