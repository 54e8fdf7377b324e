"""Erasing a client for good, after their name was typed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm import clock
from crm.appliance.erasing import ClientErasure, erase_client, preview_erasure
from crm.appliance.erasures import finish_soon, holding_backups
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.requests.forms import errors_of, form_version, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import database, settings
from crm.web.words.fields import sentence_of

blueprint = Blueprint("client_erase", __name__, url_prefix="/clients/<id:client_id>/erase")


@blueprint.get("")
@permit("clients.erase")
def show(client_id: int) -> ResponseReturnValue:
    """What would be erased, and what backups still hold."""
    return _ask(client_id, None)


@blueprint.post("")
@permit("clients.erase")
def erase(client_id: int) -> ResponseReturnValue:
    name = typed("name")
    try:
        if not name:
            raise Invalid.field("name", "is required")
        given = parse_fields(ClientErasure, {"name": name, "reason": typed("reason") or None})
        write(erase_client, settings(), client_id, given, expected_version=form_version())
    except (Invalid, Stale, Conflict) as error:
        return _ask(client_id, error)
    finish_soon(database(), settings())
    say(_("The client was erased for good."))
    return redirect(url_for("clients.list_all"), 303)


def _ask(client_id: int, error: CrmError | None) -> ResponseReturnValue:
    try:
        client, counts = read(preview_erasure, client_id)
    except Conflict as refusal:
        return render_template("clients/erased.html", sentence=sentence_of(refusal)), status_of(refusal)
    words = known_words().by_name
    shown = {str(words[name].many): count for name, count in counts.items() if name != "client"}
    values = {
        "client": client,
        "merged": counts.get("client", 1) - 1,
        "counts": shown,
        "backups": holding_backups(settings(), clock.now()),
        "errors": errors_of(error) if isinstance(error, Invalid) else {},
        "typed": {name: request.form.get(name, "") for name in ("name", "reason")},
    }
    general = sentence_of(error) if error is not None and not values["errors"] else ""
    answer = render_template("clients/erase.html", general=general, **values)
    return answer, 200 if error is None else status_of(error)
