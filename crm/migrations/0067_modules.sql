-- The modules that an owner can switch off. What is off is out of sight; its rows stay as they are.
ALTER TABLE workspaces ADD COLUMN module_desk          INTEGER NOT NULL DEFAULT 1 CHECK (module_desk          IN (0, 1));
ALTER TABLE workspaces ADD COLUMN module_quotes        INTEGER NOT NULL DEFAULT 1 CHECK (module_quotes        IN (0, 1));
ALTER TABLE workspaces ADD COLUMN module_conversations INTEGER NOT NULL DEFAULT 1 CHECK (module_conversations IN (0, 1));
