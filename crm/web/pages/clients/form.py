"""Creating and editing a client: what is wrong, what is double, and both versions of a stale save."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import CLIENT_RECORD, FIELDS, Client, get_client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import NewClient, PatchedClient
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields, whole_number
from crm.records.names import name_records
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import (
    changed_fields,
    errors_of,
    form_version,
    general_error,
    number_from,
    words_from,
)
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import as_base, as_texts, render_stale
from crm.web.sessions.identity import identity
from crm.web.words.choices import user_choices
from crm.web.words.fields import Known, label_of, show_value
from crm.web.words.names import read_linked_names
from crm.web.words.presentation import countries

blueprint = Blueprint("client_form", __name__, url_prefix="/clients")

TEXTS = (
    "kind",
    "name",
    "email",
    "phone",
    "website",
    "address",
    "city",
    "country",
    "status",
    "source",
    "notes",
)
NUMBERS = ("company_id", "owner_id")
# What a new client is asked for at first; the rest waits under "More fields", some with a usual value.
FIRST = {"kind", "name", "email", "phone", "company_id"}
USUAL = {"status", "owner_id"}
# What another page knows already, as of a contact that a customer sent.
PREFILLED = ("company_id", "name", "phone", "email")
LONGEST = 254


@blueprint.get("/new")
@permit("clients.write")
def show_new() -> str:
    given = {name: request.args.get(name, "")[:LONGEST] for name in PREFILLED}
    return _render(None, {**given, "owner_id": str(identity().user_id)})


@blueprint.post("/new")
@permit("clients.write")
def create() -> ResponseReturnValue:
    try:
        fields = parse_fields(NewClient, _given())
        client = write(create_client, fields, allow_duplicate=fields.allow_duplicate)
    except (Invalid, Conflict) as error:
        return _render(None, _typed(), error), status_of(error)
    return redirect(url_for("client_record.show", client_id=client.id), 303)


@blueprint.get("/<id:client_id>/edit")
@permit("clients.write")
def show_edit(client_id: int) -> str:
    client = read(get_client, client_id)
    return _render(client, as_texts(facts_of(CLIENT_RECORD, client), FIELDS))


@blueprint.post("/<id:client_id>/edit")
@permit("clients.write")
def update(client_id: int) -> ResponseReturnValue:
    """Only what the form says otherwise than the record is a change."""
    changed = changed_fields(as_texts(facts_of(CLIENT_RECORD, read(get_client, client_id)), FIELDS))
    try:
        fields = parse_fields(PatchedClient, _given(changed))
        write(
            change_client,
            client_id,
            fields,
            expected_version=form_version(),
            allow_duplicate=fields.allow_duplicate,
        )
    except Stale as error:
        return _render_stale(read(get_client, client_id)), status_of(error)
    except (Invalid, Conflict) as error:
        return _render(read(get_client, client_id), _typed(), error), status_of(error)
    return redirect(url_for("client_record.show", client_id=client_id), 303)


def _given(changed: Collection[str] = FIELDS) -> dict[str, object]:
    form = request.form
    given: dict[str, object] = {name: form.get(name, "") for name in TEXTS}
    given |= {name: number_from(form.get(name, ""), name) for name in NUMBERS if name in changed}
    given["tags"] = words_from(form.get("tags", ""))
    given = {name: value for name, value in given.items() if name in changed}
    return given | {"allow_duplicate": form.get("allow_duplicate") == "1"}


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _render(client: Client | None, values: Mapping[str, str], error: CrmError | None = None) -> str:
    """The form; `values` are texts by field. An edited one carries what it was made from as `base`."""
    errors = errors_of(error) if error else {}
    company_id = whole_number(values.get("company_id", ""))
    held = client.owner_id if client else None
    options = read(_read_options, [] if company_id is None else [company_id], held)
    return render_template(
        "clients/form.html",
        client=client,
        values=values,
        company_name=options["names"].get(company_id, ""),
        version=request.form.get("version") if error and client else client and client.version,
        base=as_base(values) if client else "",
        errors=errors,
        opened=client is not None or bool(errors.keys() - FIRST) or _goes_further(values),
        general=general_error(error) if error else "",
        duplicates=error.extra.get("candidates", []) if isinstance(error, Conflict) else [],
        labels={name: label_of(name) for name in FIELDS},
        countries=countries(),
        **options,
    )


def _goes_further(values: Mapping[str, str]) -> bool:
    """Whether something is filled in under "More fields": it must not vanish when a save is refused."""
    return any(values.get(name) for name in FIELDS if name not in FIRST | USUAL)


def _read_options(tx: Transaction, company_ids: list[int], owner_id: int | None) -> dict[str, Any]:
    return {
        "owners": user_choices(tx, owner_id),
        "tags": [tag.name for tag in list_tags(tx, "client")],
        "names": name_records(tx, CLIENT, company_ids),
    }


def _render_stale(client: Client) -> str:
    mine, theirs = _typed(), as_texts(facts_of(CLIENT_RECORD, client), FIELDS)
    known = Known(read(read_linked_names, mine, theirs))
    return render_stale(
        mine,
        theirs,
        lambda name, text: show_value(name, _as_shown(name, text), known),
        name=client.name,
        version=client.version,
        action=url_for("client_form.update", client_id=client.id),
        back=url_for("client_record.show", client_id=client.id),
        trail=[(_("Clients"), url_for("clients.list_all"))],
    )


def _as_shown(name: str, text: str) -> str | int:
    number = whole_number(text) if name in NUMBERS else None
    return text if number is None else number
