"""The files and the picture of one client."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import get_client
from crm.clients.kind import CLIENT
from crm.clients.picture import set_picture
from crm.web.auth import accepts_upload, permit
from crm.web.records.files import back_to_record, files_blueprint
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file
from crm.web.responses.toasts import say

blueprint = files_blueprint(CLIENT)


@blueprint.post("/picture")
@permit("clients.write")
@accepts_upload
def change_picture(client_id: int) -> ResponseReturnValue:
    read(get_client, client_id)
    with received_file(picture=True) as stored:
        write(set_picture, client_id, stored)
    say(_("Picture changed."))
    return back_to_record(CLIENT, client_id)
