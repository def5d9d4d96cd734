--liquibase formatted sql

--changeset millrace:2-kv
-- the present value of each key; one that has expired stays until it is purged
create table kv_entry (
    tenant      text        not null collate "C",
    namespace   text        not null collate "C",
    key         text        not null collate "C",
    version     int         not null,
    type        text        not null,
    value       text        not null,
    description text,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text        not null,
    expires_at  timestamptz,
    request     text,
    primary key (tenant, namespace, key)
);
comment on column kv_entry.value is 'JSON';
comment on column kv_entry.request is 'which attempt wrote it: one that is sent again changes nothing';
create index kv_entry_expires on kv_entry (expires_at) where expires_at is not null;

-- the last values of each key, the present one among them
create table kv_version (
    tenant     text        not null collate "C",
    namespace  text        not null collate "C",
    key        text        not null collate "C",
    version    int         not null,
    type       text        not null,
    value      text        not null,
    created_at timestamptz not null,
    created_by text        not null,
    primary key (tenant, namespace, key, version)
);
