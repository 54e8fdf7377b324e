"""Who is asking: a program, which gets JSON, or a person, who gets a page."""

from flask import has_request_context, request


def asks_api() -> bool:
    """Whether the request is for the API, by its address."""
    return has_request_context() and f"{request.path}/".startswith("/api/")
