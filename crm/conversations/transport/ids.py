"""Id types, so that ids of deliveries, channels and messages cannot be swapped."""

from typing import NewType

ChannelId = NewType("ChannelId", int)
ConversationId = NewType("ConversationId", int)
DeliveryId = NewType("DeliveryId", int)
EventId = NewType("EventId", int)
MessageId = NewType("MessageId", int)
