--liquibase formatted sql

--changeset millrace:bindings
create table role_binding (
  id         uuid    primary key,
  tenant     text    not null,
  kind       text    not null check (kind in ('user', 'group')),
  name       text    not null,
  role       text    not null check (role in ('viewer', 'launcher', 'editor', 'admin')),
  namespace  text    not null,
  configured boolean not null,
  created_at timestamptz not null default now(),
  unique (tenant, kind, name, role, namespace)
);

-- one row: moves with every change of a binding
create table binding_version (
  one     boolean primary key default true check (one),
  version bigint  not null
);
insert into binding_version (version) values (0);

--changeset millrace:audit splitStatements:false
create table audit_entry (
  sequence bigint primary key,
  id       text        not null unique,
  at       timestamptz not null,
  tenant   text        not null,
  subject  text        not null,
  action   text        not null,
  resource text        not null,
  outcome  text        not null,
  event    text        not null,
  hash     text        not null
);
create index audit_entry_by_tenant on audit_entry (tenant, sequence desc);

create table audit_end (
  one      boolean primary key default true check (one),
  sequence bigint not null,
  hash     text   not null
);
insert into audit_end (sequence, hash) values (0, repeat('0', 64));

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger audit_append_only before update or delete or truncate on audit_entry
  for each statement execute function audit_is_append_only();
