-- All deleted files of one record, those whose content is gone too: they move with it when clients are merged.

CREATE INDEX files_deleted_of ON files (workspace_id, subject, subject_id) WHERE deleted_at IS NOT NULL;
