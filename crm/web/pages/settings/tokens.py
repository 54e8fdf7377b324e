"""Settings: the user's API tokens."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm import clock
from crm.accounts.credentials import new_secret
from crm.accounts.fields import TOKEN_DAYS, TokenFields
from crm.accounts.profile import confirm_for_token, make_token
from crm.accounts.tokens import NewToken, list_tokens, revoke_token
from crm.errors import Conflict, CrmError, Invalid, TooMany
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import number_from, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import actor, database, identity

blueprint = Blueprint("tokens", __name__, url_prefix="/settings/tokens")

LIFETIMES = (7, 30, 90, 365)


@blueprint.get("")
@permit("self.read")
def show_tokens() -> str:
    return _render({"scope": "read", "days": str(TOKEN_DAYS)})


@blueprint.post("")
@permit("self.write")
def create() -> ResponseReturnValue:
    """Shown in the answer itself, as a redirect would have to keep the secret somewhere."""
    maker = identity().credential_id if identity().kind == "token" else None
    try:
        fields = parse_fields(TokenFields, _given())
        proof = confirm_for_token(database(), actor(), fields)
        token = write(make_token, fields, new_secret(), maker, proof)
    except (Invalid, Conflict, TooMany) as error:
        return _render(request.form, error), status_of(error)
    return _render({"scope": "read", "days": str(TOKEN_DAYS)}, made=token), 201


@blueprint.post("/<id:token_id>/revoke")
@permit("self.write")
def revoke(token_id: int) -> ResponseReturnValue:
    write(revoke_token, token_id)
    say(_("Token revoked."))
    return redirect(url_for("tokens.show_tokens"), 303)


def _given() -> dict[str, object]:
    form = request.form
    return {
        "name": form.get("name", ""),
        "scope": form.get("scope", ""),
        "days": number_from(form.get("days", ""), "days"),
        "current_password": form.get("current_password") or None,
    }


def _render(values: Mapping[str, str], error: CrmError | None = None, made: NewToken | None = None) -> str:
    return render_template(
        "settings/tokens.html",
        tokens=read(list_tokens),
        now=clock.timestamp(),
        lifetimes=LIFETIMES,
        values=values,
        **refusal(error),
        made=made,
    )
