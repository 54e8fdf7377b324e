"""/api/clients: people and companies."""

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from crm.clients.client import Client
from crm.clients.client_pairs import ClientPair, list_pairs, tell_apart
from crm.clients.clients import change_client, create_client
from crm.clients.fields import ClientChanges, ClientFields, Duplicable, NewClient, PatchedClient
from crm.clients.kind import CLIENT
from crm.clients.merge_fields import ClientMerge, ClientUnmerge
from crm.clients.merges import merge_clients
from crm.clients.people import CompanyPerson, list_people
from crm.clients.trash import delete_client, restore_client
from crm.clients.unmerging import Separated, unmerge_client
from crm.db.keyset import Page
from crm.fields import MAX_ID
from crm.records.tags import Tag, list_tags
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.importing import importing
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers


class DeleteQuery(BaseModel):
    """What happens to a company's contacts: they are detached, or move to the company `people_to`."""

    model_config = ConfigDict(extra="forbid")

    detach_people: bool = False
    people_to: int | None = Field(None, ge=1, le=MAX_ID)


class RestoreQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    allow_duplicate: bool = False


CLIENTS = RecordApi(
    kind=CLIENT,
    record=Client,
    listed=Client,
    keeps=True,
    beside=importing,
    views={
        "list_all": "List clients, newest first",
        "count": "Count the clients that a list would show, up to 10,000",
        "change_many": "Create, update, tag, assign, delete and restore up to 1,000 clients: all or none",
        "get": "Get a client",
        "activities": "List the changes of a client, newest first",
    },
)
blueprint = api_blueprint(CLIENTS)


@blueprint.get("/tags")
@permit("clients.read")
@contract(result=Tag, many=True)
def tags() -> Response:
    """List the tags of clients"""
    return answers.page(Page(read(list_tags, "client"), None))


@blueprint.post("")
@permit("clients.write")
@contract(body=NewClient, result=Client, status=201, refusals=(409,))
def create() -> Response:
    """Create a client"""
    given = json_body(NewClient)
    allowed = given.allow_duplicate
    return answer_once(
        lambda tx: create_client(tx, given, allow_duplicate=allowed, complete=True), CLIENTS.created
    )


@blueprint.get("/duplicates")
@permit("clients.read")
@contract(query=PageQuery, result=ClientPair, many=True)
def duplicates() -> Response:
    """List pairs of clients that are probably the same, the most likely first"""
    wanted = query(PageQuery)
    return answers.page(read(list_pairs, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("/duplicates/<id:pair_id>/not-same")
@permit("clients.merge")
@contract(status=204, refusals=(409,))
def not_same(pair_id: int) -> Response:
    """Say that two clients are not the same: they are not listed as duplicates again"""
    return answer_once(lambda tx: tell_apart(tx, pair_id), lambda _: answers.no_content())


@blueprint.put("/<id:client_id>")
@permit("clients.write")
@contract(body=NewClient, result=Client, refusals=(409, 412))
def replace(client_id: int) -> Response:
    """Replace a client; omitted fields get their defaults"""
    given = json_body(NewClient)
    return _change(client_id, given, allow_duplicate=given.allow_duplicate)


@blueprint.patch("/<id:client_id>")
@permit("clients.write")
@contract(body=PatchedClient, result=Client, refusals=(409, 412))
def patch(client_id: int) -> Response:
    """Change some fields of a client"""
    given = json_body(PatchedClient)
    return _change(client_id, given, allow_duplicate=given.allow_duplicate)


@blueprint.delete("/<id:client_id>")
@permit("clients.delete")
@contract(query=DeleteQuery, status=204, refusals=(409, 412))
def delete(client_id: int) -> Response:
    """Move a client to the trash"""
    given = query(DeleteQuery)
    write(
        delete_client,
        client_id,
        expected_version=expected_version(),
        detach_people=given.detach_people,
        people_to=given.people_to,
    )
    return answers.no_content()


@blueprint.post("/<id:client_id>/restore")
@permit("clients.delete")
@contract(body=Duplicable, body_required=False, query=RestoreQuery, result=Client, refusals=(409, 412))
def restore(client_id: int) -> Response:
    """Restore a client from the trash"""
    allowed = query(RestoreQuery).allow_duplicate
    if request.get_data():
        allowed = json_body(Duplicable).allow_duplicate or allowed
    version = expected_version()
    return answer_once(
        lambda tx: restore_client(tx, client_id, expected_version=version, allow_duplicate=allowed),
        CLIENTS.answer,
    )


@blueprint.post("/<id:client_id>/merge")
@permit("clients.merge")
@contract(body=ClientMerge, result=Client, refusals=(409, 412))
def merge(client_id: int) -> Response:
    """Merge another client into this one

    What belongs to the other client moves here. Its address leads here from then on, with 308; changes to
    its id are refused with 409 and `merged_into`.
    """
    asked, version = json_body(ClientMerge), expected_version()
    return answer_once(
        lambda tx: merge_clients(tx, client_id, asked, expected_version=version), CLIENTS.answer
    )


@blueprint.post("/<id:client_id>/unmerge")
@permit("clients.merge")
@contract(body=ClientUnmerge, body_required=False, result=Separated, refusals=(409, 412))
def unmerge(client_id: int) -> Response:
    """Take the last merge of this client back

    A field that the merge set and somebody changed since is asked for: 409 with `changed`, a list of `field`,
    `before`, `merged` and `now`. Repeat the request with `keep`.
    """
    asked = json_body(ClientUnmerge) if request.get_data() else ClientUnmerge()
    version = expected_version()
    return answer_once(
        lambda tx: unmerge_client(tx, client_id, asked, expected_version=version), answers.data
    )


@blueprint.get("/<id:client_id>/people")
@permit("clients.read")
@contract(query=PageQuery, result=CompanyPerson, many=True)
def people(client_id: int) -> Response:
    """List the people of a company by name, each with the role there"""
    wanted = query(PageQuery)
    return answers.page(read(list_people, client_id, limit=wanted.limit, cursor=wanted.cursor))


def _change(client_id: int, fields: ClientFields | ClientChanges, *, allow_duplicate: bool) -> Response:
    version = expected_version()
    return CLIENTS.answer(
        write(change_client, client_id, fields, expected_version=version, allow_duplicate=allow_duplicate)
    )
