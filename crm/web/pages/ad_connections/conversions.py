"""Settings: the log of conversions told to a platform, and telling one again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from crm.campaigns.connections.connection import get_connection
from crm.campaigns.conversions.conversions import AGAIN, ConversionState, list_conversions, tell_again
from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.toasts import complain, say
from crm.web.words import ad_connections as words

blueprint = Blueprint(
    "ad_conversions", __name__, url_prefix="/settings/advertising/<id:connection_id>/conversions"
)

PAGE = 50


class ConversionsAddress(BaseModel):
    model_config = ConfigDict(extra="ignore")

    state: ConversionState | None = None
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("ad_connections.manage")
def show_conversions(connection_id: int) -> str:
    given = {name: value for name, value in request.args.items() if value}
    wanted = parse_address(ConversionsAddress, given)
    return render_template(
        "ad_connections/conversions.html",
        connection=read(get_connection, connection_id),
        state=wanted.state,
        states=words.CONVERSION_STATES,
        again=AGAIN,
        reason=worded,
        found=read(list_conversions, connection_id, state=wanted.state, limit=PAGE, cursor=wanted.cursor),
    )


@blueprint.post("/<id:conversion_id>/tell")
@permit("ad_connections.manage")
def tell(connection_id: int, conversion_id: int) -> ResponseReturnValue:
    try:
        write(tell_again, connection_id, conversion_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("It is told again in a moment."))
    return redirect(url_for("ad_conversions.show_conversions", connection_id=connection_id), 303)
