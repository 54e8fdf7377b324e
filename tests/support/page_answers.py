"""What a page answers: its text, and the hidden fields of its form."""

import html
import re
from typing import Any

HTMX = {"HX-Request": "true"}


def page_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return html.unescape(response.get_data(as_text=True))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return html.unescape(answer.get_data(as_text=True))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }
