--liquibase formatted sql

-- A tenant's role sees the rows of the tenant that a connection is set to; the owner of the tables
-- sees all (ADR 0034). A migration runs as the owner.
--changeset millrace:tenant-wall splitStatements:false
do $$
declare
  walled text;
begin
  foreach walled in array array[
    'executions', 'logs', 'metrics', 'slot_grants', 'job_queues', 'idempotency_keys', 'test_runs',
    'target_locks', 'target_lock_waits']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format(
      'create policy tenant_wall on %I using (tenant = current_setting(''millrace.tenant'', true))',
      walled);
  end loop;
end $$;

--changeset millrace:tenant-wall-of-parts
-- the rows are of the tenant that what they belong to is of
alter table task_runs enable row level security;
create policy tenant_wall on task_runs using (
  (select e.tenant from executions e where e.id = execution_id)
    = current_setting('millrace.tenant', true));

alter table claims enable row level security;
create policy tenant_wall on claims using (
  (select e.tenant from executions e where e.id = execution_id)
    = current_setting('millrace.tenant', true));
