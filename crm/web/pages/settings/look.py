"""How the pages look to one reader: scheme, folded sidebar, closed banners. Kept in cookies."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.requests.forms import is_ours

blueprint = Blueprint("look", __name__, url_prefix="/look")

CHOICES = {
    "theme": ("", "light", "dark"),
    "sidebar": ("", "collapsed"),
    "rail": ("", "expanded"),
    "http-banner": ("1",),
}
YEAR = 31_536_000


@blueprint.post("")
@permit("self.write")
def choose() -> ResponseReturnValue:
    """The same cookies as the scripts set (`keep` in page.js): this serves readers who have none."""
    response = redirect(_back(), 303)
    for name, values in CHOICES.items():
        if (value := request.form.get(name)) in values:
            age = YEAR if value else 0
            response.set_cookie(name, value or "", max_age=age, secure=request.is_secure, samesite="Lax")
    return response


def _back() -> str:
    """The page on which the reader chose."""
    back = request.form.get("back", "")
    return request.script_root + back if is_ours(back) else url_for("home.show_home")
