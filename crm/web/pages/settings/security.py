"""Settings: password and sessions."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.accounts.fields import PasswordChange
from crm.accounts.profile import Ended, change_password
from crm.accounts.sessions import end_other_sessions, end_session, list_sessions
from crm.errors import Conflict, CrmError, Invalid, TooMany
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import refusal
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import actor, database, identity
from crm.web.words.browsers import describe_browser

blueprint = Blueprint("security", __name__, url_prefix="/settings/security")


@blueprint.get("")
@permit("self.read")
def show_security() -> str:
    return _render()


@blueprint.post("/password")
@permit("self.write")
def save_password() -> ResponseReturnValue:
    given: dict[str, object] = {
        name: request.form.get(name, "") for name in ("current_password", "new_password")
    }
    given["keep_tokens"] = "keep_tokens" in request.form
    try:
        ended = change_password(database(), actor(), parse_fields(PasswordChange, given), _session_id())
    except (Invalid, Conflict, TooMany) as error:
        return _render(error), status_of(error)
    say(_notice(ended))
    return redirect(url_for("security.show_security"), 303)


@blueprint.post("/sessions/<id:session_id>/end")
@permit("self.write")
def end(session_id: int) -> ResponseReturnValue:
    write(end_session, session_id)
    say(_("Session ended."))
    return redirect(url_for("security.show_security"), 303)


@blueprint.post("/sessions/end-others")
@permit("self.write")
def end_others() -> ResponseReturnValue:
    write(end_other_sessions, _session_id())
    say(_("All other sessions ended."))
    return redirect(url_for("security.show_security"), 303)


def _notice(ended: Ended) -> str:
    said = str(
        ngettext(
            "Password changed. %(num)d other session was ended.",
            "Password changed. %(num)d other sessions were ended.",
            ended.sessions,
        )
    )
    if not ended.tokens:
        return said
    tokens = ngettext("%(num)d API token was revoked.", "%(num)d API tokens were revoked.", ended.tokens)
    return f"{said} {tokens}"


def _session_id() -> int | None:
    return identity().credential_id if identity().kind == "session" else None


def _render(error: CrmError | None = None) -> str:
    return render_template(
        "settings/security.html",
        sessions=[(each, describe_browser(each.user_agent)) for each in read(list_sessions)],
        session_id=_session_id(),
        keep_tokens="keep_tokens" in request.form,
        **refusal(error),
    )
