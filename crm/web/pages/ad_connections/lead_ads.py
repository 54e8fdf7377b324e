"""Settings: the log of leads from forms on a platform, and trying one again."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.campaigns.lead_ads.arrivals import State, list_arrivals, replay_arrival
from crm.web.auth import permit
from crm.web.pages.ad_connections.logs import LogAddress, show_log, try_again
from crm.web.words import ad_connections as words

blueprint = Blueprint("lead_ads", __name__, url_prefix="/settings/advertising/<id:connection_id>/leads")


class ArrivalsAddress(LogAddress):
    state: State | None = None


@blueprint.get("")
@permit("ad_connections.manage")
def show_arrivals(connection_id: int) -> str:
    return show_log(
        "ad_connections/arrivals.html", connection_id, ArrivalsAddress, list_arrivals, states=words.STATES
    )


@blueprint.post("/<id:arrival_id>/replay")
@permit("ad_connections.manage")
def replay(connection_id: int, arrival_id: int) -> ResponseReturnValue:
    said = _("It is fetched again in a moment.")
    return try_again(replay_arrival, connection_id, arrival_id, said=said, log="lead_ads.show_arrivals")
