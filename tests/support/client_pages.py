"""The form of a client, and the text of a page."""

import html
from typing import Any

WHOLE = {
    "kind": "person", "name": "Anna Nowak", "email": "", "phone": "", "website": "", "address": "",
    "city": "", "country": "", "status": "active", "source": "", "notes": "", "company_id": "",
    "owner_id": "", "tags": "",
}  # fmt: skip


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))
