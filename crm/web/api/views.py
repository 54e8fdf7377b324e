"""/api/views: saved views of lists, private and shared."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.accounts.saved_view import SavedView, get_view, list_views
from crm.accounts.saved_views import delete_view, restore_view
from crm.accounts.view_fields import ListName, ViewChanges, ViewFields
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.lists.saved_views import change_saved_view, save_view
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_views", __name__, url_prefix="/api/views")


class ViewsQuery(PageQuery):
    list: ListName | None = None
    deleted: bool = Field(default=False, description="Those in the trash")


@blueprint.get("")
@permit("views.read")
@contract(query=ViewsQuery, result=SavedView, many=True)
def list_all() -> Response:
    """List your views and the shared ones, newest first"""
    wanted = query(ViewsQuery)
    return answers.page(short_page(read(list_views, wanted.list, deleted=wanted.deleted), wanted))


@blueprint.post("")
@permit("views.write")
@contract(body=ViewFields, result=SavedView, status=201, refusals=(409,))
def create() -> Response:
    """Save a view; only owners and admins can share it"""
    given = json_body(ViewFields)
    return answer_once(lambda tx: save_view(tx, given), _created)


@blueprint.get("/<id:view_id>")
@permit("views.read")
@contract(result=SavedView)
def show(view_id: int) -> Response:
    """Show a view"""
    return _answer(read(get_view, view_id))


@blueprint.patch("/<id:view_id>")
@permit("views.write")
@contract(body=ViewChanges, result=SavedView, refusals=(409, 412))
def patch(view_id: int) -> Response:
    """Rename, share or change a view, or make it the list's default"""
    given = json_body(ViewChanges)
    return _answer(write(change_saved_view, view_id, given, expected_version=expected_version()))


@blueprint.delete("/<id:view_id>")
@permit("views.write")
@contract(status=204, refusals=(412,))
def delete(view_id: int) -> Response:
    """Delete a view; it can be restored"""
    write(delete_view, view_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:view_id>/restore")
@permit("views.write")
@contract(result=SavedView, refusals=(409, 412))
def restore(view_id: int) -> Response:
    """Restore a deleted view"""
    version = expected_version()
    return answer_once(lambda tx: restore_view(tx, view_id, expected_version=version), _answer)


def _created(view: SavedView) -> Response:
    return answers.created(view, url_for("api_views.show", view_id=view.id), version=view.version)


def _answer(view: SavedView) -> Response:
    return answers.data(view, version=view.version)
