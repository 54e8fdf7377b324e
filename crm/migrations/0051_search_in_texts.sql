-- Notes, tasks and files are found by their texts and names; the worker fills the indexes after an upgrade.

CREATE VIRTUAL TABLE notes_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE VIRTUAL TABLE tasks_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE VIRTUAL TABLE files_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

-- The names of tables that may be rebuilt are those of the kinds: no list of them stands here any more.
ALTER TABLE search_rebuilds RENAME TO search_rebuilds_before;
DROP INDEX search_rebuilds_subject;
CREATE TABLE search_rebuilds (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject      TEXT    NOT NULL,
    next_id      INTEGER NOT NULL DEFAULT 1,
    last_id      INTEGER NOT NULL
) STRICT;
INSERT INTO search_rebuilds (id, workspace_id, subject, next_id, last_id)
SELECT id, workspace_id, subject, next_id, last_id FROM search_rebuilds_before;
DROP TABLE search_rebuilds_before;
CREATE UNIQUE INDEX search_rebuilds_subject ON search_rebuilds (workspace_id, subject);

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'notes', max(id) FROM notes GROUP BY workspace_id UNION ALL
SELECT workspace_id, 'tasks', max(id) FROM tasks GROUP BY workspace_id UNION ALL
SELECT workspace_id, 'files', max(id) FROM files GROUP BY workspace_id;
