-- The table is changed where it stands: its rows need not be copied here.

ALTER TABLE touches ADD COLUMN withdrawn_at text COLLATE "C";
ALTER TABLE touches DROP CONSTRAINT touches_origin_check;
ALTER TABLE touches ADD CONSTRAINT touches_origin_check
    CHECK (origin IN ('ad', 'form', 'lead_form', 'stock_page', 'api', 'import', 'hand'));
ALTER TABLE touches DROP CONSTRAINT touches_found_by_check;
ALTER TABLE touches ADD CONSTRAINT touches_found_by_check
    CHECK (found_by IN ('ad', 'ad_set', 'campaign', 'utm', 'source', 'person'));

DROP TRIGGER touches_keep_update ON touches;
CREATE TRIGGER touches_keep_update BEFORE UPDATE ON touches
FOR EACH ROW WHEN (
     (NEW.facts <> OLD.facts AND NEW.facts <> '{}')
  OR (OLD.lead_id IS NOT NULL AND NEW.lead_id IS DISTINCT FROM OLD.lead_id)
  OR (OLD.campaign_id IS NOT NULL AND NEW.campaign_id IS DISTINCT FROM OLD.campaign_id)
  OR (OLD.origin <> 'hand' AND NEW.withdrawn_at IS NOT NULL)
  OR (NEW.workspace_id, NEW.origin, NEW.happened_at, NEW.created_at)
     <> (OLD.workspace_id, OLD.origin, OLD.happened_at, OLD.created_at)
) EXECUTE FUNCTION touches_keep_update();
