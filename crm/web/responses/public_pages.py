"""What all pages have that strangers open by a secret link."""

from flask import Response


def keep_private(response: Response) -> Response:
    """No index may keep it, no other site learn its address, and no cache its content."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
