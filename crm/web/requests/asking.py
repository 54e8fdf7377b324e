"""Tell programs, which get JSON, from people, who get a page."""

from flask import has_request_context

from crm.web.requests.present import request

PROGRAMS = ("/api/", "/metrics/")


def asks_api() -> bool:
    """Whether the request is for the API, or for figures that programs read, by its address."""
    return has_request_context() and f"{request.path}/".startswith(PROGRAMS)
