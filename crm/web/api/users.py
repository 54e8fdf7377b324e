"""/api/users: the users of the workspace."""

from flask import Blueprint, Response, url_for

from crm.accounts.fields import UserChanges, UserFields
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.profile import change_person
from crm.accounts.users import User, create_user, get_user, list_users
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read
from crm.web.responses import answers
from crm.web.sessions.identity import actor, database, identity

blueprint = Blueprint("api_users", __name__, url_prefix="/api/users")


@blueprint.get("")
@permit("users.read")
@contract(query=PageQuery, result=User, many=True)
def list_all() -> Response:
    """List the users, newest first"""
    return answers.page(short_page(read(list_users), query(PageQuery)))


@blueprint.post("")
@permit("users.manage")
@contract(body=UserFields, result=User, status=201, refusals=(409,))
def create() -> Response:
    """Create a user who can log in at once"""
    fields = json_body(UserFields)
    given = fields.password.get_secret_value()
    password_hash = hash_password(check_password(given, fields.name, fields.email, identity().workspace_name))
    return answer_once(lambda tx: create_user(tx, fields, password_hash), _created)


@blueprint.get("/<id:user_id>")
@permit("users.read")
@contract(result=User)
def show(user_id: int) -> Response:
    """Show a user"""
    user = read(get_user, user_id)
    return answers.data(user, version=user.version)


@blueprint.patch("/<id:user_id>")
@permit("users.manage")
@contract(body=UserChanges, result=User, refusals=(409, 412))
def change(user_id: int) -> Response:
    """Change a user's name or role, disable or enable them; a new e-mail needs your own password"""
    user = change_person(database(), actor(), user_id, json_body(UserChanges), expected_version())
    return answers.data(user, version=user.version)


def _created(user: User) -> Response:
    return answers.created(user, url_for("api_users.show", user_id=user.id), version=user.version)
