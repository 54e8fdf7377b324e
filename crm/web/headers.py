"""The response headers that every answer carries."""

from flask import Response, g, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

HSTS_SECONDS = 31_536_000


def _policy() -> dict[str, str]:
    content = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:", "blob:")
        .font_src("'self'")
        .connect_src("'self'")
        .manifest_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
        .object_src("'none'")
    )
    return dict(
        Secure(
            csp=content,
            coop=CrossOriginOpenerPolicy().same_origin(),
            corp=CrossOriginResourcePolicy().same_origin(),
            permissions=PermissionsPolicy().camera().geolocation().microphone().payment().usb(),
            referrer=ReferrerPolicy().same_origin(),
            xcto=XContentTypeOptions().nosniff(),
            xfo=XFrameOptions().deny(),
        ).headers
    )


POLICY = tuple(_policy().items())
HSTS = StrictTransportSecurity().max_age(HSTS_SECONDS).header_value


def add_headers(response: Response) -> Response:
    """A header that the view set itself stays. HSTS goes out over https alone, as it ends plain http."""
    headers = response.headers
    for name, value in POLICY:
        if name not in headers:
            headers[name] = value
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = HSTS
    headers["X-Request-Id"] = g.get("request_id", "")
    return response
