"""An event with the channel it came by."""

from dataclasses import dataclass

from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.ids import ChannelId, EventId


@dataclass(frozen=True, slots=True)
class Arrival:
    event_id: EventId
    channel_id: ChannelId
    kind: ChannelKind
