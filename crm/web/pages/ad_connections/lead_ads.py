"""Settings: the log of leads from forms on a platform, and trying one again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from crm.campaigns.connections.connection import get_connection
from crm.campaigns.lead_ads.arrivals import State, list_arrivals, replay_arrival
from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.toasts import complain, say
from crm.web.words import ad_connections as words

blueprint = Blueprint("lead_ads", __name__, url_prefix="/settings/advertising/<id:connection_id>/leads")

PAGE = 50


class ArrivalsAddress(BaseModel):
    model_config = ConfigDict(extra="ignore")

    state: State | None = None
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("ad_connections.manage")
def show_arrivals(connection_id: int) -> str:
    given = {name: value for name, value in request.args.items() if value}
    wanted = parse_address(ArrivalsAddress, given)
    return render_template(
        "ad_connections/arrivals.html",
        connection=read(get_connection, connection_id),
        state=wanted.state,
        states=words.STATES,
        reason=worded,
        found=read(list_arrivals, connection_id, state=wanted.state, limit=PAGE, cursor=wanted.cursor),
    )


@blueprint.post("/<id:arrival_id>/replay")
@permit("ad_connections.manage")
def replay(connection_id: int, arrival_id: int) -> ResponseReturnValue:
    try:
        write(replay_arrival, connection_id, arrival_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("It is fetched again in a moment."))
    return redirect(url_for("lead_ads.show_arrivals", connection_id=connection_id), 303)
