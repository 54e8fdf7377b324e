"""Ids that must not be taken for one another: a delivery, its channel and what it begins pass by together."""

from typing import NewType

ChannelId = NewType("ChannelId", int)
ConversationId = NewType("ConversationId", int)
DeliveryId = NewType("DeliveryId", int)
EventId = NewType("EventId", int)
MessageId = NewType("MessageId", int)
