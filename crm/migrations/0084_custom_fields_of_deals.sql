-- Deals have custom fields, too: see 0046_custom_fields.sql.

ALTER TABLE deals ADD COLUMN custom TEXT;
