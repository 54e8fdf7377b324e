"""Uploaded files that wait to be confirmed."""

from io import BytesIO

from crm.appliance.uploads import Desk, receive
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.imports.fields import ImportSettings
from crm.imports.imports import create_import

ODD = (
    "A list with a preamble;;;;\n"
    ";;;;\n"
    "Name;E-Mail;Telefon;Land;Lieblingsfarbe\n"
    "Ada <b>Probe</b>;ada@example.com;4,91E+11;Deutschlnd;gr\u00fcn\n"
    '"Bo & ""Test""";bo@@example;12;Irland;"zwei\nZeilen"\n'
    f"{'Donaudampfschifffahrt' * 4};cyd@example.com;;;{'w' * 120}\n"
    "Summe;;;;12,00\n"
)


def upload(
    settings: Settings,
    db: Database,
    actor: Actor,
    text: str,
    name: str = "people.csv",
    *,
    records: str = "clients",
) -> int:
    """The id of an import that is ready to be confirmed, as long as it is small."""
    desk = Desk(db, settings, actor)
    options = ImportSettings(records=records)
    uploaded, wishes, prepared = receive(desk, BytesIO(text.encode()), name, options)
    return db.write(create_import, actor, uploaded, wishes, prepared).id


def upload_odd_file(settings: Settings, db: Database, actor: Actor) -> int:
    """With a preamble, a total, markup, long words and cells that cannot be read."""
    return upload(settings, db, actor, ODD)
