"""Cookie names: they end in the server's id, as browsers share cookies between ports of a host.

They are for the whole host, also below a sub-path: browsers guard the `__Host-` of no other.
"""

from flask import Flask

from crm.config import Settings
from crm.db.instance import load_instance
from crm.web.requests.present import current_app, request

SESSION_COOKIE = "holdfast_session"
DEVICE_COOKIE = "holdfast_device"
FORM_COOKIE = "holdfast_form"
INSTANCE = "holdfast.instance"


def name_cookies(app: Flask, settings: Settings) -> None:
    """Raises StartRefused when the marker beside the database is damaged."""
    instance = load_instance(settings.sqlite_path)
    app.extensions[INSTANCE] = f"_{instance.instance_id}" if instance else ""


def cookie_name(base: str) -> str:
    """Over https the browser itself guards the name; over plain http it would refuse to store it so."""
    return former_name(base) + str(current_app.extensions[INSTANCE])


def former_name(base: str) -> str:
    """The name up to 0.1.0, by which browsers may still know the cookie."""
    return f"__Host-{base}" if request.is_secure else base
