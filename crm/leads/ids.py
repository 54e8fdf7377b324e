"""Ids that must not be taken for one another: a card is moved by three numbers at once."""

from typing import NewType

LeadId = NewType("LeadId", int)
StageId = NewType("StageId", int)
PipelineId = NewType("PipelineId", int)
