"""/api/ad-connections/{id}/conversions: won leads told to a platform."""

from flask import Blueprint, Response
from pydantic import Field

from crm.campaigns.conversions.conversions import (
    AdConversion,
    ConversionState,
    get_conversion,
    list_conversions,
    note_counted,
    tell_again,
)
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read
from crm.web.responses import answers

blueprint = Blueprint(
    "api_conversions", __name__, url_prefix="/api/ad-connections/<id:connection_id>/conversions"
)


class ConversionsQuery(PageQuery):
    limit: int = Field(25, ge=1, le=200)
    state: ConversionState | None = None


@blueprint.get("")
@permit("ad_connections.read")
@contract(query=ConversionsQuery, result=AdConversion, many=True)
def list_all(connection_id: int) -> Response:
    """List the won leads for a platform, newest first, with what became of each"""
    wanted = query(ConversionsQuery)
    found = read(
        list_conversions, connection_id, state=wanted.state, limit=wanted.limit, cursor=wanted.cursor
    )
    return answers.page(found)


@blueprint.get("/<id:conversion_id>")
@permit("ad_connections.read")
@contract(result=AdConversion)
def get(connection_id: int, conversion_id: int) -> Response:
    """Get a conversion of the log"""
    return answers.data(read(get_conversion, connection_id, conversion_id))


@blueprint.post("/<id:conversion_id>/tell")
@permit("ad_connections.manage")
@contract(result=AdConversion, refusals=(409,))
def tell(connection_id: int, conversion_id: int) -> Response:
    """Tell a conversion now, under the same id: one that waits, failed, was withheld or is unknown"""
    return answer_once(lambda tx: tell_again(tx, connection_id, conversion_id), answers.data)


@blueprint.post("/<id:conversion_id>/counted")
@permit("ad_connections.manage")
@contract(result=AdConversion, refusals=(409,))
def counted(connection_id: int, conversion_id: int) -> Response:
    """Answer for an unknown conversion that the platform counted it: it is told, and not again"""
    return answer_once(lambda tx: note_counted(tx, connection_id, conversion_id), answers.data)
