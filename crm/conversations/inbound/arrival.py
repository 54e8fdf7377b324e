"""The event that is read, with the channel that it came by."""

from dataclasses import dataclass

from crm.conversations.transport.channel_kind import ChannelKind


@dataclass(frozen=True, slots=True)
class Arrival:
    event_id: int
    channel_id: int
    kind: ChannelKind
