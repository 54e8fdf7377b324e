-- Since when an incident has its level: one that was critical steps down to a warning, and may become critical again.

ALTER TABLE incidents ADD COLUMN level_since TEXT;
