"""/api/ad-connections: connections to advertising platforms beside the sources of figures."""

from flask import Blueprint, Response, url_for

from crm.campaigns.connections.connection import Connection, get_connection, list_connections
from crm.campaigns.connections.connections import (
    change_connection,
    create_connection,
    delete_connection,
    restore_connection,
)
from crm.campaigns.connections.fields import ConnectionChanges, NewConnection
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import DeletedQuery, PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.whatsapp import vault

blueprint = Blueprint("api_ad_connections", __name__, url_prefix="/api/ad-connections")


class ConnectionsQuery(PageQuery, DeletedQuery):
    """`deleted=true` asks for those that were deleted and can be restored."""


@blueprint.get("")
@permit("ad_connections.read")
@contract(query=ConnectionsQuery, result=Connection, many=True)
def list_all() -> Response:
    """List the connections, newest first"""
    wanted = query(ConnectionsQuery)
    return answers.page(short_page(read(list_connections, deleted=wanted.deleted), wanted))


@blueprint.post("")
@permit("ad_connections.manage")
@contract(body=NewConnection, result=Connection, status=201, refusals=(409,))
def create() -> Response:
    """Add a connection; its credentials are never shown"""
    fields = json_body(NewConnection)
    return answer_once(lambda tx: create_connection(tx, vault(), fields), _created)


@blueprint.get("/<id:connection_id>")
@permit("ad_connections.read")
@contract(result=Connection)
def get(connection_id: int) -> Response:
    """Get a connection"""
    return _answer(read(get_connection, connection_id))


@blueprint.patch("/<id:connection_id>")
@permit("ad_connections.manage")
@contract(body=ConnectionChanges, result=Connection, refusals=(412,))
def patch(connection_id: int) -> Response:
    """Change a connection, or switch it off or on; a credential that is left out stays as it is"""
    changes, version = json_body(ConnectionChanges), expected_version()
    return _answer(write(change_connection, vault(), connection_id, changes, expected_version=version))


@blueprint.delete("/<id:connection_id>")
@permit("ad_connections.manage")
@contract(status=204, refusals=(412,))
def delete(connection_id: int) -> Response:
    """Delete a connection; it can be restored"""
    write(delete_connection, connection_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:connection_id>/restore")
@permit("ad_connections.manage")
@contract(result=Connection, refusals=(409,))
def restore(connection_id: int) -> Response:
    """Restore a deleted connection"""
    return answer_once(lambda tx: restore_connection(tx, connection_id), _answer)


def _created(connection: Connection) -> Response:
    location = url_for("api_ad_connections.get", connection_id=connection.id)
    return answers.created(connection, location, version=connection.version)


def _answer(connection: Connection) -> Response:
    return answers.data(connection, version=connection.version)
