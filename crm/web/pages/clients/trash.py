"""The trash: deleting a client, and taking them back."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client, find_client, get_client
from crm.clients.trash import delete_client, restore_client
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.page import show_trash
from crm.web.requests.forms import errors_of, form_version, number_from
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, offer_undo, say

blueprint = Blueprint("client_trash", __name__, url_prefix="/clients")


@blueprint.get("/trash")
@permit("clients.read")
def list_all() -> str:
    return show_trash(CLIENT_LIST)


@blueprint.post("/<id:client_id>/delete")
@permit("clients.delete")
def delete(client_id: int) -> ResponseReturnValue:
    """A company with people asks first what becomes of them."""
    client = read(get_client, client_id)
    detach = request.form.get("people") == "detach"
    try:
        people_to = number_from(request.form.get("people_to", ""), "people_to") if not detach else None
        write(
            delete_client,
            client_id,
            expected_version=form_version(),
            detach_people=detach,
            people_to=people_to,
        )
    except Stale:
        complain(_("Somebody changed %(name)s meanwhile. Look again before you delete.", name=client.name))
        return redirect(url_for("client_record.show", client_id=client_id), 303)
    except (Invalid, Conflict) as error:
        people = error.extra.get("people") if isinstance(error, Conflict) else None
        page = render_template("clients/delete.html", client=client, people=people, errors=errors_of(error))
        return page, status_of(error)
    offer_undo(
        _("%(name)s is in the trash.", name=client.name), url_for("client_trash.restore", client_id=client_id)
    )
    return redirect(url_for("clients.list_all"), 303)


@blueprint.post("/<id:client_id>/restore")
@permit("clients.delete")
def restore(client_id: int) -> ResponseReturnValue:
    allowed = request.form.get("allow_duplicate") == "1"
    try:
        client = write(restore_client, client_id, allow_duplicate=allowed)
    except Conflict as error:
        page = render_template(
            "clients/restore.html", client=_deleted(client_id), duplicates=error.extra.get("candidates", [])
        )
        return page, status_of(error)
    say(_("%(name)s is back.", name=client.name))
    return redirect(url_for("client_record.show", client_id=client_id), 303)


def _deleted(client_id: int) -> Client:
    client = read(find_client, client_id)
    if client is None:
        raise NotFound(_("There is no such client."))
    return client
