"""The pages of accounts as plain forms: send one, log in, read what it says."""

import html
import re
from typing import Any

from flask.testing import FlaskClient

from tests.support.people import PASSWORD

OWNER = {"email": "owner@acme.example", "password": PASSWORD}


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def send(browser: FlaskClient, path: str, fields: dict[str, str], *, page: str | None = None) -> Any:
    """Load the page as a browser does, and send its form with these fields."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page or path).get_data(as_text=True))
    assert token is not None
    return browser.post(path, data={"csrf_token": token[1], **fields})


def log_in(browser: FlaskClient, **given: str) -> None:
    answer = send(browser, "/login", {**OWNER, **given})
    assert answer.status_code == 303, text_of(answer)


def problems_of(page: str) -> set[str]:
    return set(re.findall(r'id="([\w]+)-error"', page))
