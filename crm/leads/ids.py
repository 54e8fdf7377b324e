"""Id types of leads, stages and pipelines, which cannot be swapped."""

from typing import NewType

LeadId = NewType("LeadId", int)
StageId = NewType("StageId", int)
PipelineId = NewType("PipelineId", int)
