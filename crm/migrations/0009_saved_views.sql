-- Filters, order and columns of a list under a name: of one person, or shared with the workspace.
CREATE TABLE saved_views (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    list         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    query        TEXT    NOT NULL,
    shared       INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX saved_views_own    ON saved_views (workspace_id, user_id, list, name_key) WHERE deleted_at IS NULL AND shared = 0;
CREATE UNIQUE INDEX saved_views_shared ON saved_views (workspace_id, list, name_key)          WHERE deleted_at IS NULL AND shared = 1;

-- The view with which a list opens, for one person.
CREATE TABLE default_views (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    list         TEXT    NOT NULL,
    view_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, list),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, view_id) REFERENCES saved_views (workspace_id, id)
) STRICT, WITHOUT ROWID;
