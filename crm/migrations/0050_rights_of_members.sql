-- What members may do beside owners and admins, where the workspace says so.
ALTER TABLE workspaces ADD COLUMN members_import INTEGER NOT NULL DEFAULT 0 CHECK (members_import IN (0, 1));
ALTER TABLE workspaces ADD COLUMN members_export INTEGER NOT NULL DEFAULT 0 CHECK (members_export IN (0, 1));
ALTER TABLE workspaces ADD COLUMN members_merge  INTEGER NOT NULL DEFAULT 0 CHECK (members_merge  IN (0, 1));
