"""The first pipeline and lead types of a new workspace."""

from crm.db.transaction import Transaction
from crm.leads.lead_types import FIRST_TYPES, insert_lead_type
from crm.leads.pipeline import Pipeline
from crm.leads.pipelines import create_pipeline
from crm.leads.stage_fields import PipelineFields

FIRST_PIPELINE = "Sales"


def furnish_leads(tx: Transaction) -> Pipeline:
    """Once, in the transaction that makes the workspace."""
    for name in FIRST_TYPES:
        insert_lead_type(tx, name)
    return create_pipeline(tx, PipelineFields(name=FIRST_PIPELINE), is_default=True)
