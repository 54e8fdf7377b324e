"""What erasing a person does to the rows of leads."""

from crm.records.erasing import SQL_PLACEHOLDER, Erasing, emptied, hidden

ERASING: Erasing = {
    "leads": hidden(
        title=SQL_PLACEHOLDER,
        title_key=SQL_PLACEHOLDER,
        sought="''",
        joined="''",
        client_key="''",
        blank="client_id owner_id source source_key details lost_reason referral first_tag custom",
        keeps="value_minor currency pipeline_id stage_id rank expected_close type status stage_since "
        "closed_at touched_at touched_day",
    ),
    "stage_stays": emptied(keeps="lead_id stage_id entered_at left_at"),
}
