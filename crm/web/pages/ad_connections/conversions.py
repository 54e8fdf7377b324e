"""Settings: the log of conversions told to a platform, and telling one again."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.campaigns.conversions.conversions import (
    AGAIN,
    ConversionState,
    list_conversions,
    note_counted,
    tell_again,
)
from crm.web.auth import permit
from crm.web.pages.ad_connections.logs import LogAddress, show_log, try_again
from crm.web.words import ad_connections as words

blueprint = Blueprint(
    "ad_conversions", __name__, url_prefix="/settings/advertising/<id:connection_id>/conversions"
)


class ConversionsAddress(LogAddress):
    state: ConversionState | None = None


@blueprint.get("")
@permit("ad_connections.manage")
def show_conversions(connection_id: int) -> str:
    return show_log(
        "ad_connections/conversions.html",
        connection_id,
        ConversionsAddress,
        list_conversions,
        states=words.CONVERSION_STATES,
        again=AGAIN,
    )


@blueprint.post("/<id:conversion_id>/tell")
@permit("ad_connections.manage")
def tell(connection_id: int, conversion_id: int) -> ResponseReturnValue:
    said = _("It is told in a moment.")
    return try_again(
        tell_again, connection_id, conversion_id, said=said, log="ad_conversions.show_conversions"
    )


@blueprint.post("/<id:conversion_id>/counted")
@permit("ad_connections.manage")
def say_counted(connection_id: int, conversion_id: int) -> ResponseReturnValue:
    said = _("It is noted as told.")
    return try_again(
        note_counted, connection_id, conversion_id, said=said, log="ad_conversions.show_conversions"
    )
