"""Ids that must not be taken for one another, or for those of other rooms' records."""

from typing import NewType

ClientId = NewType("ClientId", int)
