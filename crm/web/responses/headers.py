"""The headers of every answer."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "holdfast.request_id"
QUOTAS = "holdfast.quotas"
"""Headers that tell the quotas of all requests: they stand before those that a refusal names."""
HSTS_SECONDS = 31_536_000


def framed_by(sites: Iterable[str]) -> dict[str, str]:
    """The headers of a page that these sites may show in a frame, and that they may load."""
    ancestors = " ".join(["frame-ancestors 'self'", *sites])
    content = next(value for key, (_, value) in POLICY if key == "content-security-policy")
    return {
        "Content-Security-Policy": content.replace("frame-ancestors 'none'", ancestors),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Frame-Options": "",
    }


def _policy() -> list[tuple[str, tuple[str, str]]]:
    content = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:", "blob:")
        .font_src("'self'")
        .media_src("'self'")
        .connect_src("'self'")
        .manifest_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
        .object_src("'none'")
    )
    headers = dict(
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
    headers["Cache-Control"] = "no-store"
    return [(name.lower(), (name, value)) for name, value in headers.items()]


POLICY = _policy()
HSTS = ("Strict-Transport-Security", StrictTransportSecurity().max_age(HSTS_SECONDS).header_value)


class HeaderPolicy:
    """Adds the policy to each answer of a WSGI application; a header that a view set itself stays, and one
    that it set to nothing is left out.

    It stands around the framework rather than in it, where each header would cost a search of them all.
    HSTS goes out over https alone, as it ends plain http.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._app(environ, partial(_start, environ, start_response))


def _start(
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
    status: str,
    headers: list[tuple[str, str]],
    exc_info: Any = None,
) -> Callable[[bytes], object]:
    given = {name.lower() for name, _ in headers}
    headers[:] = [header for header in headers if header[1]]
    for name, value in environ.get(QUOTAS, {}).items():
        headers.append((name, _joined(headers, name, value) if name.lower() in given else value))
    headers += [header for key, header in POLICY if key not in given]
    if environ["wsgi.url_scheme"] == "https":
        headers.append(HSTS)
    headers.append(("X-Request-Id", environ.get(REQUEST_ID, "")))
    return start_response(status, headers, exc_info)


def _joined(headers: list[tuple[str, str]], name: str, first: str) -> str:
    """The value with those that the header has, which are taken out."""
    own = [header for header in headers if header[0].lower() == name.lower()]
    headers[:] = [header for header in headers if header not in own]
    return ", ".join([first, *(value for _, value in own)])
