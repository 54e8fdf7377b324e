"""The kinds of the leads room: leads, pipelines, stages, lead types."""

from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.bulk import BULK
from crm.leads.demo import begin_leads
from crm.leads.erasing import ERASING
from crm.leads.fields import LeadChanges, LeadFields
from crm.leads.filter_fields import lead_filter_fields
from crm.leads.filters import SORTS, LeadFilter
from crm.leads.ids import LeadId
from crm.leads.lead import LEAD_RECORD, Lead, day_number, find_lead, get_lead
from crm.leads.leads import SEARCH, change_lead, index_leads_of
from crm.leads.listing import count_leads, list_leads, suggest_leads
from crm.leads.pipeline import (
    PIPELINE_RECORD,
    STAGE_RECORD,
    find_pipeline,
    find_stage,
    get_pipeline,
    get_stage,
)
from crm.leads.pipelines import delete_pipeline, restore_pipeline
from crm.leads.rebuilding import rebuild_lead
from crm.leads.rows import ROWS
from crm.leads.stage_fields import PipelineFields, StageFields
from crm.leads.stages import delete_stage, restore_stage
from crm.leads.stays import last_arrival
from crm.leads.trash import delete_lead, restore_lead
from crm.records.kind import (
    Action,
    Changes,
    Customized,
    Examples,
    Export,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    exported,
    not_undone,
    usual_actions,
)
from crm.records.skeleton import facts_of

OF_THE_BUSINESS = "it is about the business"
SETTINGS_STAY = "a pipeline and its stages are changed, deleted and restored in the settings"


def _facts(tx: Transaction, lead_id: int) -> Facts:
    lead = get_lead(tx, lead_id)
    return facts_of(LEAD_RECORD, lead) | {"closed_at": lead.closed_at}


def _set_back(tx: Transaction, lead_id: int, earlier: Facts) -> object:
    """Restores the moment of a win or loss too; older entries do not have it."""
    values = with_custom(earlier)
    closed_at = values.pop("closed_at", None)
    if closed_at is None and "stage_id" in values:
        closed_at = last_arrival(tx, LeadId(lead_id), values["stage_id"])
    return change_lead(tx, lead_id, parse_fields(LeadChanges, values), restored=True, closed_at=closed_at)


def touch_lead(tx: Transaction, lead_id: int) -> None:
    """Something happened to it: it is no longer stale. Its version stays, as no field changed."""
    tx.run(
        """
        UPDATE leads
           SET touched_at = :now, touched_day = :today
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        today=day_number(tx.now),
    )


LEAD = Kind(
    name="lead",
    table="leads",
    known_by="title",
    area="leads",
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows={table: ROWS[table] for table in ("leads", "stage_stays")},
    examples=Examples(usual=100, least=0, begin=begin_leads),
    erasing=ERASING,
    actions=usual_actions("lead")
    | exported("lead")
    | {
        "lead.moved": Action("change"),
        "lead.erased": Action(why_not="what is erased is gone for good"),
        "lead.attributed": Action(why_not="its campaign is chosen again on the page of the lead"),
        "lead.reordered": Action(why_not="a card is put back by moving it"),
    },
    fields=LeadFields,
    lookup=Lookup(LEAD_RECORD, get_lead, find_lead),
    links={"client_id": "client", "pipeline_id": "pipeline", "stage_id": "stage", "owner_id": "user"},
    pointers=(
        Pointer("client_id", "clients", when_erased="erase"),
        Pointer("pipeline_id", "stages"),
        Pointer("stage_id", "stages", holds="leads"),
        Pointer("type", "lead_types", holds="leads"),
        Pointer("owner_id", "users"),
        Pointer("lead_id", "leads", of="stage_stays", when_erased="keep"),
        Pointer("stage_id", "stages", of="stage_stays"),
    ),
    trash=Trash(delete_lead, restore_lead),
    changes=Changes(_facts, _set_back),
    bulk=BULK,
    listing=Listing(LeadFilter, SORTS, list_leads, count_leads, suggest_leads),
    filtered=lead_filter_fields,
    export=Export(Lead, LeadFilter, SORTS, list_leads, count_leads),
    search=Search(rebuild_lead, SEARCH, follows={"client": index_leads_of}, texts=("details",)),
    parts=frozenset({"notes", "tasks", "files", "tags", "messages"}),
    touch=touch_lead,
    customized=Customized(parse_phone),
)

PIPELINE = Kind(
    name="pipeline",
    table="pipelines",
    known_by="name",
    area="pipelines",
    permissions={"read": "everyone", "manage": "admins"},
    rows={"pipelines": ROWS["pipelines"]},
    erasing=OF_THE_BUSINESS,
    fields=PipelineFields,
    lookup=Lookup(PIPELINE_RECORD, get_pipeline, find_pipeline),
    examples="each workspace has one from the start",
    actions=not_undone(
        SETTINGS_STAY, "pipeline.created", "pipeline.changed", "pipeline.deleted", "pipeline.restored"
    ),
    trash=Trash(delete_pipeline, restore_pipeline),
)

STAGE = Kind(
    name="stage",
    table="stages",
    known_by="name",
    area="pipelines",
    permissions=PIPELINE.permissions,
    rows={"stages": ROWS["stages"]},
    erasing=OF_THE_BUSINESS,
    fields=StageFields,
    lookup=Lookup(STAGE_RECORD, get_stage, find_stage),
    examples="each workspace has some from the start",
    actions=not_undone(SETTINGS_STAY, "stage.created", "stage.changed", "stage.deleted", "stage.restored"),
    pointers=(Pointer("pipeline_id", "pipelines"),),
    trash=Trash(delete_stage, restore_stage),
)

LEAD_TYPE = Kind(
    name="lead_type",
    table="lead_types",
    known_by="name",
    area="pipelines",
    permissions=PIPELINE.permissions,
    rows={"lead_types": ROWS["lead_types"]},
    erasing=OF_THE_BUSINESS,
    examples="each workspace has some from the start",
    actions=not_undone("a type is removed in the settings", "lead_type.created", "lead_type.restored")
    | not_undone("a type is restored in the settings", "lead_type.deleted"),
)
