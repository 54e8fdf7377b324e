-- Which account at WhatsApp a template was fetched from; empty for one that was typed by hand.
ALTER TABLE message_templates ADD COLUMN account_id TEXT;
