"""The verbs of the ledger as people choose among them."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.web.kinds.known import known_kinds

USUAL_NAMES: Mapping[str, LazyString] = {
    "created": _("created"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "restored": _("restored"),
    "moved": _("moved"),
    "erased": _("erased"),
}


def verb_choices() -> list[tuple[str, str]]:
    """The usual ones first; the others by the names that programs know them by."""
    known = {name.rpartition(".")[2] for name in known_kinds().actions}
    others = sorted(known - USUAL_NAMES.keys())
    return [(name, str(words)) for name, words in USUAL_NAMES.items() if name in known] + [
        (name, name.replace("_", " ")) for name in others
    ]
