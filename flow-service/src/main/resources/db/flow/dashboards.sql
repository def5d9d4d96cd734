--liquibase formatted sql

--changeset millrace:1-dashboards
create table dashboard (
    tenant      text        not null collate "C",
    id          text        not null collate "C",
    title       text        not null,
    source      text        not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text        not null,
    row_version int         not null,
    primary key (tenant, id)
);
