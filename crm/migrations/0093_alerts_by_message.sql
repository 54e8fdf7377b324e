-- Alerts by a message to a phone: to which number, by which approved template, and the workspace whose number sends it.

ALTER TABLE alert_settings ADD COLUMN message_to       TEXT;
ALTER TABLE alert_settings ADD COLUMN message_template TEXT;
ALTER TABLE alert_settings ADD COLUMN sent_from        INTEGER;
