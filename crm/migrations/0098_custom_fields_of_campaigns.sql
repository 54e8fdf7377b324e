-- Campaigns have custom fields, too: see 0046_custom_fields.sql.

ALTER TABLE campaigns ADD COLUMN custom TEXT;
