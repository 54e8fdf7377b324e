-- Files that visitors send with a web form. Their rows hang on the form until the submission becomes a lead.

CREATE TABLE web_form_files (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    submission_id INTEGER NOT NULL,
    file_id       INTEGER NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, file_id),
    FOREIGN KEY (workspace_id, submission_id) REFERENCES web_form_submissions (workspace_id, id),
    FOREIGN KEY (workspace_id, file_id)       REFERENCES files                (workspace_id, id)
) STRICT;

CREATE INDEX web_form_files_of ON web_form_files (workspace_id, submission_id, id);

-- What nobody has confirmed for long is forgotten, as what was discarded is.
CREATE INDEX web_form_submissions_unconfirmed ON web_form_submissions (received_at, id) WHERE state = 'unconfirmed';
