"""The client's network address in one spelling, for counting and showing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm.accounts.addresses import plain_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PlainAddresses:
    """With `HOST=::` each IPv4 client comes as `::ffff:192.0.2.7`; to the application it is `192.0.2.7`."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        address = environ.get("REMOTE_ADDR")
        if address:
            environ["REMOTE_ADDR"] = plain_address(address)
        return self._app(environ, start_response)
