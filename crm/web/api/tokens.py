"""/api/tokens: the asking user's API tokens."""

from flask import Blueprint, Response, url_for

from crm.accounts.fields import TokenFields
from crm.accounts.profile import confirm_for_token, make_token
from crm.accounts.tokens import NewToken, Token, get_token, list_tokens, revoke_token
from crm.web.auth import permit
from crm.web.idempotency import answer_once, secret_of_answer
from crm.web.lists.paging import PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import actor, database, identity

blueprint = Blueprint("api_tokens", __name__, url_prefix="/api/tokens")


@blueprint.get("")
@permit("self.read")
@contract(query=PageQuery, result=Token, many=True)
def list_all() -> Response:
    """List your tokens, newest first, expired ones too"""
    return answers.page(short_page(read(list_tokens), query(PageQuery)))


@blueprint.post("")
@permit("self.write")
@contract(body=TokenFields, result=NewToken, status=201, refusals=(409,))
def create() -> Response:
    """Create a token with your current password, shown once; one created with a token ends with it"""
    fields, secret = json_body(TokenFields), secret_of_answer()
    proof = confirm_for_token(database(), actor(), fields)
    maker = identity().credential_id if identity().kind == "token" else None
    return answer_once(lambda tx: make_token(tx, fields, secret, maker, proof), _created, secret=secret)


@blueprint.get("/<id:token_id>")
@permit("self.read")
@contract(result=Token)
def show(token_id: int) -> Response:
    """Show one of your tokens, without its secret"""
    return answers.data(read(get_token, token_id))


@blueprint.delete("/<id:token_id>")
@permit("self.write")
@contract(status=204)
def revoke(token_id: int) -> Response:
    """Revoke one of your tokens, and those created with it"""
    write(revoke_token, token_id)
    return answers.no_content()


def _created(token: NewToken) -> Response:
    return answers.created(token, url_for("api_tokens.show", token_id=token.id))
