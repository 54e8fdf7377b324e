"""What erasing a person does to the rows of their quotes."""

from crm.records.erasing import REMOVED, Erasing, hidden

ERASING: Erasing = {
    "quotes": hidden(
        title_key="''",
        sought="''",
        joined="''",
        client_key="''",
        blank="title client_id lead_id owner_id header footer answered_by answer custom",
        keeps="quote_number number_key state currency language valid_until prices_include_tax discount "
        "after_acceptance discount_minor total_minor net_minor tax_minor revision sent_at answered_at",
    ),
    "quote_lines": REMOVED,
    "quote_revisions": REMOVED,
    "quote_links": REMOVED,
    "quote_deals": REMOVED,
    "quote_mails": REMOVED,
}
