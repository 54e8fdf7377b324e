"""The words of custom fields."""

from flask_babel import lazy_gettext as _

from crm.custom_fields.kind import CUSTOM_FIELD as CUSTOM_FIELD_KIND
from crm.web.kinds.kind_words import KindWords, Saying, as_it_is
from crm.web.words.custom_fields import choices_text, type_name

CUSTOM_FIELD = KindWords(
    kind=CUSTOM_FIELD_KIND,
    one=_("Custom field"),
    many=_("Custom fields"),
    icon="list-checks",
    entries=True,
    labels={
        "label": _("Name of the field"),
        "field_type": _("Type of the field"),
        "key": _("Key"),
        "kind": _("Kind"),
        "group": _("Group"),
        "help": _("Help text"),
        "required": _("Required"),
        "unique": _("Unique"),
        "default": _("Default value"),
        "choices": _("Choices"),
        "currency": _("Currency"),
        "on_card": _("On cards of the board"),
        "position": _("Position"),
    },
    shown={
        "label": as_it_is,
        "group": as_it_is,
        "help": as_it_is,
        "default": as_it_is,
        "field_type": type_name,
        "choices": choices_text,
    },
    sayings={
        "custom_field.created": Saying(
            "list-checks", "good", _("%(who)s added the field %(what)s"), details=False
        ),
        "custom_field.changed": Saying("list-checks", "accent", _("%(who)s changed the field %(what)s")),
        "custom_field.converted": Saying(
            "list-checks", "accent", _("%(who)s changed the type of the field %(what)s")
        ),
        "custom_field.deleted": Saying(
            "list-checks", "bad", _("%(who)s removed the field %(what)s"), details=False
        ),
        "custom_field.restored": Saying(
            "list-checks", "good", _("%(who)s restored the field %(what)s"), details=False
        ),
        "custom_field.purged": Saying(
            "trash-2", "warn", _("%(who)s purged the field %(what)s with all its values"), details=False
        ),
    },
)
