-- Tags hang on records of any kind, as notes, tasks and files do. The kind stands before the id, so that a list's filter
-- by a tag is still one walk along one index, in the order of the ids.
-- drops rows of: client_tags, lead_tags

CREATE TABLE record_tags (
    workspace_id INTEGER NOT NULL,
    tag_id       INTEGER NOT NULL,
    subject      TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, tag_id, subject, subject_id),
    FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
SELECT workspace_id, tag_id, 'client', client_id FROM client_tags;

INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
SELECT workspace_id, tag_id, 'lead', lead_id FROM lead_tags;

DROP TABLE client_tags;
DROP TABLE lead_tags;

CREATE UNIQUE INDEX record_tags_subject ON record_tags (workspace_id, subject, subject_id, tag_id);
