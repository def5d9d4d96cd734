--liquibase formatted sql

-- A tenant's role sees the rows of the tenant that a connection is set to; the owner of the tables
-- sees all (ADR 0034). A migration runs as the owner.
--changeset millrace:tenant-wall splitStatements:false
do $$
declare
  walled text;
begin
  foreach walled in array array[
    'flow', 'trigger', 'backfill', 'listens', 'heard', 'subscription', 'delivery']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format(
      'create policy tenant_wall on %I using (tenant = current_setting(''millrace.tenant'', true))',
      walled);
  end loop;
end $$;

--changeset millrace:tenant-wall-of-parts
-- the rows are of the tenant that what they belong to is of
alter table backfill_date enable row level security;
create policy tenant_wall on backfill_date using (
  exists (select from backfill b where b.id = backfill_id));
