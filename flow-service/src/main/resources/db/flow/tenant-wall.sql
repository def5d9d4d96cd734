--liquibase formatted sql

-- A tenant's role sees the rows of the tenant that a connection is set to; the owner of the tables
-- sees all (ADR 0034). A migration runs as the owner.
--changeset millrace:tenant-wall splitStatements:false
do $$
declare
  walled text;
begin
  foreach walled in array array[
    'flow', 'flow_revision', 'kv_entry', 'kv_version', 'namespace_file',
    'namespace_file_revision', 'namespace_folder', 'dashboard', 'namespace_settings',
    'template', 'test_suite', 'tree_state', 'tree_item', 'tree_sync']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format(
      'create policy tenant_wall on %I using (tenant = current_setting(''millrace.tenant'', true))',
      walled);
  end loop;
end $$;
