"""The list of all kinds of channel. A new kind is a folder and a line here."""

from collections.abc import Mapping

from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.whatsapp.kind import WHATSAPP

ChannelKinds = Mapping[str, ChannelKind]

CHANNEL_KINDS: ChannelKinds = {kind.name: kind for kind in (WHATSAPP,)}
BY_PHONE = WHATSAPP
"""The kind by which a person is written to of whom only a phone number is known."""
