"""The head of a request: the server's parser, and stricter checks by HTTP."""

import re
from typing import Any

from gunicorn.http.errors import (
    InvalidHeader,
    InvalidRequestLine,
    LimitRequestHeaders,
    LimitRequestLine,
)
from gunicorn.http.message import MAX_REQUEST_LINE, Request
from gunicorn.http.unreader import IterUnreader

HEAD_BYTES = 64 * 1024
END = b"\r\n\r\n"
# A body, or the question whether it may come: without one of these there is none.
FRAMED = re.compile(rb"\n(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)
# RFC 3986: a name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port.
HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Za-z.:]+\])(?::[0-9]{0,5})?")
EXPECTING = re.compile(rb"\nexpect:[ \t]*100-continue[ \t]*\r", re.IGNORECASE)
JAVA = re.compile(rb"\nuser-agent:[ \t]*Java-http-client/", re.IGNORECASE)
ABSOLUTE = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)


def check_unfinished(head: bytearray) -> None:
    """Refuse at once what cannot become a head any more. Raises one of gunicorn's ParseException."""
    line = head.find(b"\n")
    if (len(head) if line < 0 else line) > MAX_REQUEST_LINE + 4:
        raise LimitRequestLine(len(head), MAX_REQUEST_LINE)
    if len(head) > HEAD_BYTES:
        raise LimitRequestHeaders("the head as a whole")
    if head.count(b"\n") != head.count(b"\r\n"):
        raise InvalidRequestLine("bare LF as line terminator")


def parse_head(cfg: Any, peer: Any, head: bytes) -> Request:
    """Raises one of gunicorn's ParseException."""
    source = IterUnreader([head])
    request = Request(cfg, source, peer)
    if len(head) > HEAD_BYTES:
        raise LimitRequestHeaders("the head as a whole")
    if source.take_buffered():
        raise InvalidHeader("the head ends elsewhere")
    _check_host(request)
    return request


def hears_only_continue(head: bytearray) -> bool:
    """Java's own client asks whether its body may come, and then takes no other answer (JDK-8286171)."""
    return bool(EXPECTING.search(head) and JAVA.search(head))


def _check_host(request: Request) -> None:
    """RFC 9112, sections 3.2 and 3.2.2: HTTP/1.1 names its host, and an absolute target names the same."""
    host = next((value for name, value in request.headers if name == "HOST"), None)
    if host is None:
        if (request.version or (1, 1)) > (1, 0):
            raise InvalidHeader("HOST", req=request)
    elif not HOST.fullmatch(host):
        raise InvalidHeader("HOST", req=request)
    target = str(request.uri)
    if not target.startswith(("/", "*")):
        absolute = ABSOLUTE.match(target)
        if absolute is None or host is None or absolute[1].lower() != host.lower():
            raise InvalidRequestLine(target)
