--liquibase formatted sql

--changeset millrace:1-templates
create table template (
    tenant     text        not null collate "C",
    namespace  text        not null collate "C",
    id         text        not null collate "C",
    source     text        not null,
    updated_at timestamptz not null,
    updated_by text        not null,
    primary key (tenant, namespace, id)
);
