"""/api/custom-fields: the fields that a workspace adds to its records."""

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict, Field

from crm.custom_fields.conversion import ConversionPreview, convert_custom_field, preview_conversion
from crm.custom_fields.conversions import (
    Conversion,
    begin_conversion,
    cancel_conversion,
    confirm_conversion,
    get_conversion,
)
from crm.custom_fields.custom_field import CustomField, get_custom_field, list_removed_fields
from crm.custom_fields.custom_fields import (
    change_custom_field,
    check_kind,
    create_custom_field,
    list_custom_fields,
)
from crm.custom_fields.fields import ConversionFields, CustomFieldChanges, NewCustomField
from crm.custom_fields.removal import purge_custom_field, remove_custom_field, restore_custom_field
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_custom_fields", __name__, url_prefix="/api/custom-fields")


class CustomFieldQuery(BaseModel):
    """`deleted=true` asks for those that were removed and can be restored."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40, json_schema_extra={"x-one-of": "customized"})
    deleted: bool = False


@blueprint.get("")
@permit("custom_fields.read")
@contract(query=CustomFieldQuery, result=CustomField, many=True)
def list_all() -> Response:
    """List the custom fields of a kind of record, in their order"""
    return answers.page(Page(read(_listed, query(CustomFieldQuery)), None))


@blueprint.post("")
@permit("custom_fields.manage")
@contract(body=NewCustomField, result=CustomField, status=201, refusals=(409,))
def create() -> Response:
    """Add a custom field"""
    given = json_body(NewCustomField)
    return answer_once(lambda tx: create_custom_field(tx, given), _created)


@blueprint.get("/<id:field_id>")
@permit("custom_fields.read")
@contract(result=CustomField)
def get(field_id: int) -> Response:
    """Get a custom field"""
    return _answer(read(get_custom_field, field_id))


@blueprint.patch("/<id:field_id>")
@permit("custom_fields.manage")
@contract(body=CustomFieldChanges, result=CustomField, refusals=(409, 412))
def patch(field_id: int) -> Response:
    """Change a custom field; values are kept"""
    given, version = json_body(CustomFieldChanges), expected_version()
    return _answer(write(change_custom_field, field_id, given, expected_version=version))


@blueprint.post("/<id:field_id>/conversion")
@permit("custom_fields.manage")
@contract(body=ConversionFields, result=ConversionPreview, refusals=(409,))
def preview(field_id: int) -> Response:
    """Say what would become of the values if the field had another type; nothing changes

    Of a field of many values the first 5,000 are looked at, and `complete` is false.
    """
    return answers.data(read(preview_conversion, field_id, json_body(ConversionFields)))


@blueprint.post("/<id:field_id>/convert")
@permit("custom_fields.manage")
@contract(body=ConversionFields, result=CustomField, refusals=(409, 412))
def convert(field_id: int) -> Response:
    """Give a field another type, with all its values

    Where some do not fit, it is 409 with `unfit` and `examples` unless `empty_unfit` is true: then these are
    emptied, and kept in the history of their records. A field of more than 5,000 values is 409 with
    `in_background`: begin a conversion instead.
    """
    asked, version = json_body(ConversionFields), expected_version()
    return answer_once(
        lambda tx: convert_custom_field(tx, field_id, asked, expected_version=version), _answer
    )


@blueprint.post("/<id:field_id>/conversion/begin")
@permit("custom_fields.manage")
@contract(body=ConversionFields, result=Conversion, refusals=(409, 412))
def begin(field_id: int) -> Response:
    """Give a field of many values another type, in the background

    The values stay as they are until all are converted. Where some do not fit, the conversion asks before it
    goes on, unless `empty_unfit` is true.
    """
    asked, version = json_body(ConversionFields), expected_version()
    return answer_once(
        lambda tx: begin_conversion(tx, field_id, asked, expected_version=version), answers.data
    )


@blueprint.get("/<id:field_id>/conversion")
@permit("custom_fields.read")
@contract(result=Conversion)
def get_progress(field_id: int) -> Response:
    """Say how far a conversion in the background is; 404 once it has ended"""
    return answers.data(read(get_conversion, field_id))


@blueprint.post("/<id:field_id>/conversion/confirm")
@permit("custom_fields.manage")
@contract(result=Conversion, refusals=(409,))
def confirm(field_id: int) -> Response:
    """Let a conversion that asks go on; the values that do not fit are emptied"""
    return answer_once(lambda tx: confirm_conversion(tx, field_id), answers.data)


@blueprint.delete("/<id:field_id>/conversion")
@permit("custom_fields.manage")
@contract(status=204, refusals=(409,))
def cancel(field_id: int) -> Response:
    """Cancel a conversion; the field and its values stay as they are"""
    write(cancel_conversion, field_id)
    return answers.no_content()


@blueprint.delete("/<id:field_id>")
@permit("custom_fields.manage")
@contract(status=204, refusals=(412,))
def remove(field_id: int) -> Response:
    """Remove a custom field; its values are hidden until it is restored or purged"""
    write(remove_custom_field, field_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:field_id>/restore")
@permit("custom_fields.manage")
@contract(result=CustomField, refusals=(409,))
def restore(field_id: int) -> Response:
    """Restore a removed custom field with its values"""
    return answer_once(lambda tx: restore_custom_field(tx, field_id), _answer)


@blueprint.post("/<id:field_id>/purge")
@permit("custom_fields.manage")
@contract(status=204, refusals=(409,))
def purge(field_id: int) -> Response:
    """Delete a removed custom field and all its values for good"""
    return answer_once(lambda tx: purge_custom_field(tx, field_id), lambda _done: answers.no_content())


def _listed(tx: Transaction, wanted: CustomFieldQuery) -> list[CustomField]:
    check_kind(tx, wanted.kind)
    if wanted.deleted:
        return list_removed_fields(tx, wanted.kind)
    return list(list_custom_fields(tx, wanted.kind).all)


def _created(field: CustomField) -> Response:
    return answers.created(field, url_for("api_custom_fields.get", field_id=field.id), version=field.version)


def _answer(field: CustomField) -> Response:
    return answers.data(field, version=field.version)
