--liquibase formatted sql

-- A tenant's role sees the rows of the tenant that a connection is set to; the owner of the tables
-- sees all (ADR 0034). A migration runs as the owner.
--changeset millrace:tenant-wall splitStatements:false
do $$
declare
  walled text;
begin
  foreach walled in array array[
    'role_binding', 'audit_entry', 'known_user_tenant', 'user_group', 'service_account',
    'custom_role', 'quota']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format(
      'create policy tenant_wall on %I using (tenant = current_setting(''millrace.tenant'', true))',
      walled);
  end loop;
end $$;

--changeset millrace:tenant-wall-of-parts
-- the rows are of the tenant that what they belong to is of
alter table tenant enable row level security;
create policy tenant_wall on tenant using (
  id = current_setting('millrace.tenant', true));

alter table group_member enable row level security;
create policy tenant_wall on group_member using (
  exists (select from user_group g where g.id = group_id));

alter table account_group enable row level security;
create policy tenant_wall on account_group using (
  exists (select from user_group g where g.id = group_id));

alter table api_token enable row level security;
create policy tenant_wall on api_token using (
  exists (select from service_account a where a.id = account_id));

--changeset millrace:tenant-wall-of-invitations
alter table invitation enable row level security;
create policy tenant_wall on invitation using (
  tenant = current_setting('millrace.tenant', true));
