--liquibase formatted sql

--changeset millrace:4-namespace-files
-- the newest revision of each file; what it holds lies in the internal storage under its content's
-- id, and once more at the file's path, where tasks read it
create table namespace_file (
    tenant      text        not null collate "C",
    namespace   text        not null collate "C",
    path        text        not null collate "C",
    revision    int         not null,
    deleted     boolean     not null,
    bytes       bigint      not null,
    content     text,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text        not null,
    request     text,
    placed      int         not null default 0,
    primary key (tenant, namespace, path)
);
comment on column namespace_file.request is 'which attempt wrote it: one that is sent again changes nothing';
comment on column namespace_file.placed is 'the revision that lies at the path';
create index namespace_file_unplaced on namespace_file (updated_at) where placed <> revision;

create table namespace_file_revision (
    tenant     text        not null collate "C",
    namespace  text        not null collate "C",
    path       text        not null collate "C",
    revision   int         not null,
    deleted    boolean     not null,
    bytes      bigint      not null,
    content    text,
    created_at timestamptz not null,
    created_by text        not null,
    primary key (tenant, namespace, path, revision)
);
create index namespace_file_content on namespace_file_revision (tenant, namespace, content);

-- folders that were made as such; others are there as long as a file is in them
create table namespace_folder (
    tenant     text        not null collate "C",
    namespace  text        not null collate "C",
    path       text        not null collate "C",
    created_at timestamptz not null,
    primary key (tenant, namespace, path)
);
