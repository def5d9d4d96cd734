--liquibase formatted sql

--changeset millrace:1-flows
-- the newest revision of each flow; a deleted flow keeps its row and its revisions
create table flow (
    tenant      text        not null collate "C",
    namespace   text        not null collate "C",
    id          text        not null collate "C",
    revision    int         not null,
    disabled    boolean     not null,
    deleted     boolean     not null,
    labels      jsonb       not null,
    updated_at  timestamptz not null,
    updated_by  text        not null,
    row_version int         not null,
    primary key (tenant, namespace, id)
);
create index flow_labels on flow using gin (labels jsonb_path_ops) where not deleted;
create index flow_updated on flow (tenant, updated_at desc) where not deleted;

create table flow_revision (
    tenant     text        not null collate "C",
    namespace  text        not null collate "C",
    id         text        not null collate "C",
    revision   int         not null,
    source     text        not null,
    deleted    boolean     not null,
    created_at timestamptz not null,
    created_by text        not null,
    primary key (tenant, namespace, id, revision)
);
