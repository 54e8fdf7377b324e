"""Id types of clients, so that ids of different records cannot be swapped."""

from typing import NewType

ClientId = NewType("ClientId", int)
