"""Rules for rows of custom fields that come from a file or backup."""

from collections.abc import Mapping
from typing import Any

from crm.custom_fields.custom_field import Choice
from crm.custom_fields.field_types import TYPES
from crm.custom_fields.fields import Group, Help, Key, Label
from crm.fields import name_key
from crm.money import Currency
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    count,
    fits,
    ids,
    json_of,
    key_of,
    moment,
    one_of,
    record_id,
)

VALUE = 60_000

ROWS: Mapping[str, RowRules] = {
    "custom_fields": RowRules(
        columns(
            key=fits(Key),
            label=fits(Label),
            type=one_of(*TYPES),
            position=count,
            group_name=fits(Group),
            help=fits(Help),
            default_value=any_text(VALUE),
            choices=json_of(list[Choice], list),
            currency=fits(Currency),
            purged_at=moment,
            kept_in=record_id,
        ),
        made={"label_key": key_of("label", name_key)},
    ),
    "custom_values": RowRules(columns(**ids("field_id", "record_id"), place=count)),
    "custom_conversions": RowRules(
        columns(
            **ids("field_id", "shadow_id", "actor_id", "operation_id"),
            former=any_text(VALUE),
            next_id=count,
            total=count,
            done=count,
            unfit=count,
            examples=json_of(list[Any], list),
            reason=any_text(VALUE),
        )
    ),
    "custom_conversion_changes": RowRules(columns(**ids("field_id", "record_id"))),
}
