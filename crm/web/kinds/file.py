"""The words of files."""

from flask_babel import lazy_gettext as _

from crm.files.kind import FILE as FILE_KIND
from crm.web.kinds.kind_words import KindWords, Saying

FILE = KindWords(
    kind=FILE_KIND,
    one=_("File"),
    many=_("Files"),
    icon="paperclip",
    sayings={
        "file.created": Saying("paperclip", "news", _("%(who)s added the file %(file)s"), details=False),
        "file.deleted": Saying("trash-2", "bad", _("%(who)s deleted the file %(file)s"), details=False),
        "file.restored": Saying(
            "archive-restore", "good", _("%(who)s restored the file %(file)s"), details=False
        ),
        "file.purged": Saying(
            "trash-2",
            "quiet",
            _("The deleted file %(file)s was permanently removed"),
            details=False,
        ),
    },
)
