-- Quotes and invoices have custom fields, too: see 0046_custom_fields.sql.

ALTER TABLE quotes ADD COLUMN custom TEXT;
ALTER TABLE invoices ADD COLUMN custom TEXT;
