"""Settings: users and invitations."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.credentials import new_secret
from crm.accounts.fields import InvitationFields, UserChanges
from crm.accounts.invitations import create_invitation, list_invitations, revoke_invitation
from crm.accounts.permissions import ROLES, Role, outranks
from crm.accounts.profile import change_person
from crm.accounts.users import User, change_user, get_user, list_users
from crm.errors import Conflict, CrmError, Forbidden, Invalid, Stale, TooMany
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.records.entries import TEXT, base_of, changed_entries, given_values, texts_of
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import actor, database, identity

blueprint = Blueprint("users", __name__, url_prefix="/settings/users")

ENTRIES = {"name": TEXT, "email": TEXT, "role": TEXT}


@blueprint.get("")
@permit("users.manage")
def show_users() -> str:
    return _render_users({"role": "member"})


@blueprint.post("/invitations")
@permit("users.manage")
def invite() -> ResponseReturnValue:
    """Shown in the answer itself, as a redirect would have to keep the secret somewhere."""
    given = {"role": request.form.get("role", ""), "email": request.form.get("email", "").strip() or None}
    try:
        made = write(create_invitation, parse_fields(InvitationFields, given), new_secret())
    except (Invalid, Conflict, Forbidden) as error:
        return _render_users(request.form, error), status_of(error)
    page = public_link("join.show_join") or url_for("join.show_join")
    return _render_users({"role": "member"}, link=f"{page}#{made.token}"), 201


@blueprint.post("/invitations/<id:invitation_id>/revoke")
@permit("users.manage")
def revoke(invitation_id: int) -> ResponseReturnValue:
    write(revoke_invitation, invitation_id)
    say(_("Invitation revoked."))
    return redirect(url_for("users.show_users"), 303)


@blueprint.get("/<id:user_id>")
@permit("users.manage")
def show(user_id: int) -> str:
    user = read(get_user, user_id)
    return _render_user(user, {name: str(value) for name, value in asdict(user).items()})


@blueprint.post("/<id:user_id>")
@permit("users.manage")
def save(user_id: int) -> ResponseReturnValue:
    user = read(get_user, user_id)
    given = given_values(ENTRIES, changed_entries(ENTRIES, texts_of(ENTRIES, asdict(user))))
    if request.form.get("current_password"):
        given["current_password"] = request.form["current_password"]
    try:
        change_person(database(), actor(), user_id, parse_fields(UserChanges, given), form_version())
    except Stale:
        return _show_both(read(get_user, user_id))
    except (Invalid, Conflict, Forbidden, TooMany) as error:
        return _render_user(read(get_user, user_id), request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("users.show_users"), 303)


@blueprint.post("/<id:user_id>/disable")
@permit("users.manage")
def disable(user_id: int) -> ResponseReturnValue:
    return _set_disabled(user_id, _("Deactivated. All sessions and tokens have ended."), disabled=True)


@blueprint.post("/<id:user_id>/enable")
@permit("users.manage")
def enable(user_id: int) -> ResponseReturnValue:
    return _set_disabled(user_id, _("Reactivated. They can log in again."), disabled=False)


def _set_disabled(user_id: int, said: str, *, disabled: bool) -> ResponseReturnValue:
    try:
        write(change_user, user_id, UserChanges(disabled=disabled))
    except (Conflict, Forbidden) as error:
        complain(worded(error.message))
        return redirect(url_for("users.show", user_id=user_id), 303)
    say(said)
    return redirect(url_for("users.show_users"), 303)


def _show_both(user: User) -> ResponseReturnValue:
    people = url_for("users.show_users")
    return show_stale(
        ENTRIES,
        texts_of(ENTRIES, asdict(user)),
        name=user.name,
        version=user.version,
        action=request.script_root + request.path,
        back=url_for("users.show", user_id=user.id),
        trail=[(_("Users"), people)],
    )


def _grantable() -> list[Role]:
    """The roles that the reader may give: none above the reader's own."""
    return [role for role in ROLES if not outranks(role, identity().role)]


def _render_users(values: Mapping[str, str], error: CrmError | None = None, link: str = "") -> str:
    return render_template(
        "settings/users.html",
        users=read(list_users),
        invitations=read(list_invitations),
        grantable=_grantable(),
        values=values,
        link=link,
        **refusal(error),
    )


def _render_user(user: User, values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "settings/user.html",
        user=user,
        values=values,
        version=request.form.get("version", user.version) if error else user.version,
        base=base_of(texts_of(ENTRIES, asdict(user))),
        grantable=_grantable(),
        is_me=user.id == identity().user_id,
        may_change=not outranks(user.role, identity().role),
        **refusal(error),
    )
