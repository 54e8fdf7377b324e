"""/api/clients/{id}/erase: erasing a person for good."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from crm import clock
from crm.appliance.erasing import ClientErasure, Erased
from crm.appliance.erasure_confirmations import erase_confirmed
from crm.appliance.erasures import Erasure, HoldingBackup, finish_soon, get_erasure, holding_backups
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read
from crm.web.responses import answers
from crm.web.sessions.identity import database, settings
from crm.web.whatsapp import vault

blueprint = Blueprint("api_erasures", __name__, url_prefix="/api/clients/<id:client_id>")


@dataclass(frozen=True, slots=True)
class ErasedClient:
    """`backups` still hold the person, each until the day on which the rules remove it at the latest."""

    erased: Erased
    backups: list[HoldingBackup]


@dataclass(frozen=True, slots=True)
class ClientErasureState:
    """`ended_at` of the erasure is null until files and unused parts of the database are cleaned, too."""

    erasure: Erasure
    backups: list[HoldingBackup]


@blueprint.post("/erase")
@permit("clients.erase")
@contract(body=ClientErasure, body_required=False, result=ErasedClient, refusals=(409, 412))
def erase(client_id: int) -> Response:
    """Erase a client for good, with all that is about them

    Leads, conversations, messages, notes, calls, tasks and files go, with what the history and stored answers
    say about them, and clients that were merged into this one. It cannot be undone. Only owners may.

    It takes two calls. The first erases nothing: it is answered with 409, how many `records` of each kind
    would go, and a `confirmation` that holds for ten minutes (`confirm_until`). The same call with it erases,
    as long as the same records are there. That answer says which backups still hold the person, and until
    when.
    """
    given = json_body(ClientErasure) if request.get_data() else ClientErasure()
    version, backups = expected_version(), holding_backups(settings(), clock.now())
    key = vault().derive("confirmations of erasing")
    answer = answer_once(
        lambda tx: erase_confirmed(tx, settings(), key, client_id, given, expected_version=version),
        lambda erased: answers.data(ErasedClient(erased, backups)),
    )
    finish_soon(database(), settings())
    return answer


@blueprint.get("/erasure")
@permit("clients.erase")
@contract(result=ClientErasureState)
def show(client_id: int) -> Response:
    """Get the state of a client's erasure, and which backups still hold the person"""
    erasure = read(get_erasure, client_id)
    before = clock.from_text(erasure.created_at)
    return answers.data(ClientErasureState(erasure, holding_backups(settings(), before)))
