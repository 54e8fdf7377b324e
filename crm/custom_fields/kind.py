"""The kind `custom_field`."""

from crm.custom_fields.custom_field import FIELD_RECORD, find_custom_field, get_custom_field
from crm.custom_fields.custom_fields import change_custom_field, field_facts
from crm.custom_fields.fields import CustomFieldChanges, NewCustomField
from crm.custom_fields.rebuilding import rebuild_field
from crm.custom_fields.removal import remove_custom_field, restore_custom_field
from crm.custom_fields.rows import ROWS
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.kind import Changes, Facts, Kind, Lookup, Pointer, Search, Trash, not_undone, usual_actions


def _set_back(tx: Transaction, field_id: int, earlier: Facts) -> object:
    return change_custom_field(tx, field_id, parse_fields(CustomFieldChanges, earlier))


CUSTOM_FIELD = Kind(
    name="custom_field",
    table="custom_fields",
    known_by="label",
    area="custom_fields",
    permissions={"read": "everyone", "manage": "admins"},
    rows=ROWS,
    examples="each workspace knows best what it needs",
    erasing={
        "custom_fields": "other records have them, too",
        "custom_values": "they go with their record",
        "custom_conversions": "they name records, and say nothing of them",
        "custom_conversion_changes": "they name records, and say nothing of them",
    },
    actions=usual_actions("custom_field")
    | not_undone("what is purged is gone for good", "custom_field.purged")
    | not_undone("change the type of the field again", "custom_field.converted"),
    fields=NewCustomField,
    lookup=Lookup(FIELD_RECORD, get_custom_field, find_custom_field),
    pointers=(
        Pointer("field_id", "custom_fields", of="custom_values"),
        Pointer("field_id", "custom_fields", of="custom_conversions"),
        Pointer("shadow_id", "custom_fields", of="custom_conversions"),
        Pointer("field_id", "custom_fields", of="custom_conversion_changes"),
    ),
    trash=Trash(remove_custom_field, restore_custom_field),
    changes=Changes(field_facts, _set_back),
    search=Search(rebuild_field),
    of_customized=("custom_fields",),
)
