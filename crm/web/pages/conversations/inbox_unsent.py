"""Unsent and possibly sent messages, which a user can resend."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.conversations.outbound.dead_letters import list_dead_letters, send_again
from crm.errors import Conflict, NotFound
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say

blueprint = Blueprint("inbox_unsent", __name__, url_prefix="/inbox/unsent")

PAGE = 50


@blueprint.get("")
@permit("conversations.read")
def show_unsent() -> str:
    letters = read(list_dead_letters, limit=PAGE, cursor=request.args.get("cursor") or None)
    return render_template("conversations/unsent.html", letters=letters)


@blueprint.post("/<id:outbox_id>")
@permit("conversations.write")
def try_again(outbox_id: int) -> ResponseReturnValue:
    try:
        write(send_again, outbox_id)
    except (NotFound, Conflict) as error:
        complain(worded(error.message))
    else:
        say(_("Message resent."))
    return redirect(url_for("inbox_unsent.show_unsent"), 303)
