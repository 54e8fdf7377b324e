"""The pictures on a record's page, for all kinds that have a gallery: adding, moving and taking off."""

from functools import partial

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.catalogue.galleries import GALLERIES, add_picture, move_picture
from crm.catalogue.pictures import Pictured
from crm.errors import Conflict, Invalid, Stale
from crm.records.kind import Kind
from crm.web.kinds.known import known_words
from crm.web.records.files import back_to_record
from crm.web.records.views import add_view
from crm.web.requests.forms import form_version, is_fragment, number_from
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of


def add_pictures(blueprint: Blueprint, kind: Kind, name: Pictured) -> None:
    """To the blueprint of the record's page."""
    may, place = kind.may("write"), partial(_place, kind, name)
    add_view(blueprint, "POST /pictures", "upload_picture", may, partial(_upload, kind, name), uploads=True)
    add_view(blueprint, "POST /pictures/<id:file_id>", "place_picture", may, place)


def _upload(kind: Kind, name: Pictured, record_id: int) -> ResponseReturnValue:
    read(GALLERIES[name].get, record_id)
    try:
        with received_file() as upload:
            write(add_picture, name, record_id, upload)
    except Invalid as error:
        if is_fragment():
            raise
        complain(sentence_of(error))
    return ("", 204) if is_fragment() else back_to_record(kind, record_id)


def _place(kind: Kind, name: Pictured, record_id: int, file_id: int) -> ResponseReturnValue:
    """To the place that the form names, or out of the pictures."""
    place = number_from(request.form.get("place", ""), "place")
    try:
        write(move_picture, name, record_id, file_id, place, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    except (Invalid, Conflict) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    there = "" if place is None else f"#picture-{file_id}"
    return redirect(known_words().by_name[kind.name].address_of(record_id) + there, 303)
