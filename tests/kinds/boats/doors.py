"""The pages of boats and their API."""

from flask import Blueprint

from crm.web.auth import permit
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.page import ListPage, show_list, trash_blueprint
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.records.entries import NUMBER, TEXT, WORDS
from crm.web.records.files import files_blueprint
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.page import RecordPage, record_blueprint
from tests.kinds.boats.boats import (
    Boat,
    BoatChanges,
    BoatFields,
    change_boat,
    create_boat,
)
from tests.kinds.boats.kind import BOAT
from tests.kinds.boats.words import BoatAddress

BOAT_LIST = ListPage(
    kind=BOAT,
    address=BoatAddress,
    folder="boats",
    filters=(),
    columns=lambda _wanted: [],
    usual=lambda: [("All", "target", {})],
    choices=lambda _tx, _wanted, _extras: {},
)
FORM = RecordForm(
    kind=BOAT,
    entries={"name": TEXT, "plate": TEXT, "client_id": NUMBER, "tags": WORDS},
    template="boats/form.html",
    model=BoatChanges,
    change=change_boat,
    options=lambda _boat, _values, _error: {},
    creation=Creation(model=BoatFields, create=create_boat),
)
BAR = Bar(
    BOAT,
    BoatAddress,
    counted=lambda count: f"{count} boats",
    changed=lambda count: f"{count} boats changed.",
    restored=lambda count: f"{count} boats are back.",
    trashed=lambda count: f"{count} boats are in the trash.",
)

pages = Blueprint("boats", __name__, url_prefix="/boats", template_folder="templates")
pages.add_url_rule("", "list_all", permit("boats.read")(lambda: show_list(BOAT_LIST)))
trash = trash_blueprint(BOAT_LIST)
record = record_blueprint(RecordPage(BOAT, "boats/record.html"))
api = api_blueprint(
    RecordApi(
        kind=BOAT,
        record=Boat,
        listed=Boat,
        views={
            "list_all": "List boats",
            "create": "Add a boat",
            "change_many": "Change up to 1,000 boats",
            "get": "Get a boat",
            "patch": "Change some fields of a boat",
            "delete": "Move a boat to the trash",
            "restore": "Restore a boat from the trash",
            "activities": "List the changes of a boat",
            "list_files": "List the files of a boat",
            "add_file": "Add a file to a boat",
        },
    )
)
BLUEPRINTS = (pages, trash, record, form_blueprint(FORM), files_blueprint(BOAT), bulk_blueprint(BAR), api)
