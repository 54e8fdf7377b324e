"""What erasing a person does to the rows of clients."""

from crm.records.erasing import REMOVED, SQL_PLACEHOLDER, Erasing, emptied, hidden

ERASING: Erasing = {
    "clients": hidden(
        name=SQL_PLACEHOLDER,
        name_key=SQL_PLACEHOLDER,
        sought="''",
        joined="''",
        blank="email email_key email_label phone phone_label company_id company_role job_title birthday "
        "website address address_label postal_code city city_key region country source source_key owner_id "
        "notes language currency picture_id first_tag custom",
        keeps="kind status",
    ),
    "client_contact_points": REMOVED,
    "client_addresses": REMOVED,
    "client_companies": REMOVED,
    "client_consents": REMOVED,
    "client_merges": emptied(before="'{}'", after="'{}'", aside="'{}'", keeps="winner_id loser_id undone_at"),
    "client_merge_moves": REMOVED,
    "client_pairs": REMOVED,
    "client_blocks": REMOVED,
}
