"""The trash of quotes."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.documents.kind import QUOTE
from crm.web.lists.page import trash_blueprint
from crm.web.lists.quote_list import QUOTE_LIST
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(QUOTE_LIST)
add_removal(
    blueprint,
    Removal(
        kind=QUOTE,
        after=lambda _quote: url_for("quotes.list_all"),
        at=lambda quote: url_for("quote_record.show", quote_id=quote.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:quote_id>",
    QUOTE.may("delete"),
)
