"""How imports are called and shown."""

from flask_babel import lazy_gettext as _

from crm.imports.kind import IMPORT as IMPORT_KIND
from crm.web.kinds.kind_words import KindWords, Saying

IMPORT = KindWords(
    kind=IMPORT_KIND,
    one=_("Import"),
    many=_("Imports"),
    icon="archive-restore",
    labels={"rows": _("Rows"), "records": _("Records")},
    sayings={
        "import.confirmed": Saying("archive-restore", "good", _("%(who)s imported a file"), details=False),
        "import.undone": Saying("undo-2", "warn", _("%(who)s undid an import"), details=False),
    },
)
