--liquibase formatted sql

--changeset millrace:blueprints
create table blueprint (
    tenant       text        not null collate "C",
    id           text        not null collate "C",
    title        text        not null,
    description  text,
    tags         text[]      not null,
    source       text        not null,
    published_at timestamptz not null,
    updated_by   text        not null,
    primary key (tenant, id)
);
alter table blueprint enable row level security;
create policy tenant_wall on blueprint using (
  tenant = current_setting('millrace.tenant', true));
