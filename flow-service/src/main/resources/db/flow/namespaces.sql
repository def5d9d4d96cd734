--liquibase formatted sql

--changeset millrace:1-namespaces
-- what is set for a namespace and those below it; one without settings has no row
create table namespace_settings (
    tenant          text        not null collate "C",
    id              text        not null collate "C",
    description     text,
    variables       jsonb       not null,
    plugin_defaults jsonb       not null,
    managed_by      text,
    version         int         not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    updated_by      text        not null,
    primary key (tenant, id)
);

-- one more with each change of any settings: who has compiled flows asks for this alone
create table namespace_generation (
    only_row   boolean primary key default true check (only_row),
    generation bigint  not null
);
insert into namespace_generation (generation) values (1);
