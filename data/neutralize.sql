-- A copy of a production database must never speak to the company's QuickBooks again:
-- refreshing with its token would end the original's authorization (FACTS 1.4).
UPDATE quickbooks_credential
   SET client_secret = NULL, access_token = NULL, refresh_token = NULL, verifier = NULL,
       access_expires_at = NULL, refresh_expires_at = NULL, refresh_hard_expires_at = NULL,
       refresh_failed_at = NULL, home = NULL;
UPDATE quickbooks_connection
   SET stage = 'off',
       state = CASE WHEN state IN ('connected', 'attention', 'copy') THEN 'disconnected'
                    ELSE state END;
DELETE FROM quickbooks_event WHERE state = 'new';
UPDATE ir_cron
   SET active = false
 WHERE id IN (SELECT cron_id FROM quickbooks_channel WHERE cron_id IS NOT NULL);
