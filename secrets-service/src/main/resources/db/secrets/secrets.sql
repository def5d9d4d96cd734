--liquibase formatted sql

--changeset millrace:1-data-keys
create table data_key (
    id            uuid primary key,
    tenant        text        not null,
    master_key_id text        not null,
    wrapped       bytea       not null,
    created_at    timestamptz not null,
    retired_at    timestamptz
);
-- one data key of a tenant is in use; retired ones still open what they sealed
create unique index data_key_in_use on data_key (tenant) where retired_at is null;

--changeset millrace:2-secrets
create table secret (
    id              uuid primary key,
    tenant          text        not null,
    namespace       text        not null,
    name            text        not null,
    description     text,
    tags            jsonb       not null default '[]',
    current_version int         not null,
    updated_at      timestamptz not null,
    updated_by      text        not null,
    row_version     int         not null,
    unique (tenant, namespace, name)
);
create table secret_version (
    secret_id   uuid        not null references secret on delete cascade,
    version     int         not null,
    data_key_id uuid        not null references data_key,
    sealed      bytea       not null,
    created_at  timestamptz not null,
    created_by  text        not null,
    primary key (secret_id, version)
);
