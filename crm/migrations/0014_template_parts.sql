-- What a template has beside its text, and wants filled: a line or a file above it, links below (JSON) with a place each.
ALTER TABLE message_templates ADD COLUMN header TEXT;
ALTER TABLE message_templates ADD COLUMN header_media TEXT CHECK (header_media IN ('image', 'document'));
ALTER TABLE message_templates ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
