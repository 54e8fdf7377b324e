"""/api/invitations: links by which users join the workspace."""

from dataclasses import asdict, dataclass

from flask import Blueprint, Response, g, url_for

from crm.accounts.fields import InvitationFields, InvitationSecret, JoinFields
from crm.accounts.invitations import (
    Invitation,
    NewInvitation,
    Welcome,
    create_invitation,
    get_invitation,
    join_workspace,
    list_invitations,
    revoke_invitation,
    show_welcome,
)
from crm.accounts.profile import get_profile
from crm.accounts.users import User
from crm.db.actor import SYSTEM
from crm.web.auth import permit, public, unguarded
from crm.web.idempotency import answer_once, secret_of_answer
from crm.web.lists.paging import PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import database

blueprint = Blueprint("api_invitations", __name__, url_prefix="/api/invitations")


@dataclass(frozen=True, slots=True)
class InvitationLink(NewInvitation):
    """`path` is the link's path on the server, `url` the whole link: null if no public address is set."""

    path: str
    url: str | None


@blueprint.get("")
@permit("users.manage")
@contract(query=PageQuery, result=Invitation, many=True)
def list_all() -> Response:
    """List the invitations that can still be accepted, newest first"""
    return answers.page(short_page(read(list_invitations), query(PageQuery)))


@blueprint.post("")
@permit("users.manage")
@contract(body=InvitationFields, result=InvitationLink, status=201, refusals=(409,))
def create() -> Response:
    """Create an invitation; only this answer shows its token and link"""
    fields, secret = json_body(InvitationFields), secret_of_answer()
    return answer_once(lambda tx: create_invitation(tx, fields, secret), _created, secret=secret)


@blueprint.get("/<id:invitation_id>")
@permit("users.manage")
@contract(result=Invitation)
def show(invitation_id: int) -> Response:
    """Show an invitation, without its secret"""
    return answers.data(read(get_invitation, invitation_id))


@blueprint.delete("/<id:invitation_id>")
@permit("users.manage")
@contract(status=204)
def revoke(invitation_id: int) -> Response:
    """Revoke an invitation"""
    write(revoke_invitation, invitation_id)
    return answers.no_content()


@blueprint.post("/welcome")
@public
@unguarded
@contract(body=InvitationSecret, result=Welcome, refusals=(404,))
def welcome() -> Response:
    """Show the invitation of a token"""
    token = json_body(InvitationSecret).token.get_secret_value()
    return answers.data(database().read(show_welcome, SYSTEM, token))


@blueprint.post("/accept")
@public
@unguarded
@contract(body=JoinFields, result=User, status=201, refusals=(404, 409))
def accept() -> Response:
    """Accept an invitation with its token; log in afterwards"""
    guest = join_workspace(database(), json_body(JoinFields), g.request_id)
    user = database().read(get_profile, guest)
    return answers.created(user, url_for("api_users.show", user_id=user.id), version=user.version)


def _created(invitation: NewInvitation) -> Response:
    location = url_for("api_invitations.show", invitation_id=invitation.id)
    page, path = public_link("join.show_join"), url_for("join.show_join")
    link = InvitationLink(
        **asdict(invitation),
        path=f"{path}#{invitation.token}",
        url=page and f"{page}#{invitation.token}",
    )
    return answers.created(link, location)
