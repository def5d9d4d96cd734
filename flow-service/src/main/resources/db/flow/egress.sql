--liquibase formatted sql

--changeset millrace:tenant-egress
-- where the tasks of a tenant may connect to beside what the installation says
create table tenant_egress (
  tenant text  primary key,
  rules  jsonb not null
);
alter table tenant_egress enable row level security;
create policy tenant_wall on tenant_egress using (
  tenant = current_setting('millrace.tenant', true));
