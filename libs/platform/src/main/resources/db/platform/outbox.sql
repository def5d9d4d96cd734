--liquibase formatted sql

--changeset millrace:outbox-1
create table outbox (
    id            bigint generated always as identity primary key,
    exchange      text        not null,
    routing_key   text        not null,
    body          bytea       not null,
    persistent    boolean     not null,
    mandatory     boolean     not null,
    created_at    timestamptz not null default now(),
    claimed_until timestamptz
);
