"""/api/sessions: where the asking user is logged in."""

from flask import Blueprint, Response

from crm.accounts.sessions import Session, end_other_sessions, end_session, list_sessions
from crm.web.auth import permit
from crm.web.lists.paging import PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import identity

blueprint = Blueprint("api_sessions", __name__, url_prefix="/api/sessions")


@blueprint.get("")
@permit("self.read")
@contract(query=PageQuery, result=Session, many=True)
def list_all() -> Response:
    """List your sessions, newest first"""
    return answers.page(short_page(read(list_sessions), query(PageQuery)))


@blueprint.delete("")
@permit("self.write")
@contract(status=204)
def end_others() -> Response:
    """End all your other sessions"""
    write(end_other_sessions, identity().credential_id if identity().kind == "session" else None)
    return answers.no_content()


@blueprint.delete("/<id:session_id>")
@permit("self.write")
@contract(status=204)
def end(session_id: int) -> Response:
    """End one of your sessions"""
    write(end_session, session_id)
    return answers.no_content()
