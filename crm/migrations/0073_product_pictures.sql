-- The pictures of a product in order, as those of vehicles.

CREATE TABLE product_pictures (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    product_id   INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    file_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, product_id, place),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id),
    FOREIGN KEY (workspace_id, file_id)    REFERENCES files (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX product_pictures_file ON product_pictures (workspace_id, file_id);
