"""A destination in the sidebar, the quick-create menu or the palette."""

from dataclasses import dataclass

from flask_babel import LazyString

from crm.web.rendering import address_of
from crm.web.requests.present import request


@dataclass(frozen=True, slots=True)
class Destination:
    """`keys` is the shortcut, one key after the other; pages below `also` count as being here."""

    endpoint: str
    icon: str
    label: LazyString
    permission: str
    keys: str = ""
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return address_of(self.endpoint)

    @property
    def is_here(self) -> bool:
        endpoint = request.endpoint or ""
        return endpoint == self.endpoint or endpoint.startswith(self.also)
