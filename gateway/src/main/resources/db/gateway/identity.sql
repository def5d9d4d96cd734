--liquibase formatted sql

--changeset millrace:tenants
create table tenant (
  id         text        primary key,
  name       text        not null,
  state      text        not null default 'active' check (state in ('active', 'removed')),
  -- comes from the configuration: there are bindings in it
  configured boolean     not null default false,
  created_at timestamptz not null default now(),
  created_by text        not null default 'system',
  removed_at timestamptz,
  -- when all services had removed what was in it
  purged_at  timestamptz
);
insert into tenant (id, name) select distinct tenant, tenant from role_binding;

--changeset millrace:people
create table known_user (
  id           text        primary key,
  subject      text        not null unique,
  issuer       text        not null,
  username     text        not null,
  display_name text,
  email        text,
  groups       text[]      not null,
  operator     boolean     not null default false,
  -- may do nothing at all
  restricted   boolean     not null default false,
  first_seen   timestamptz not null,
  last_seen    timestamptz not null
);
create index known_user_by_username on known_user (lower(username));

create table known_user_tenant (
  user_id text not null references known_user on delete cascade,
  tenant  text not null,
  primary key (tenant, user_id)
);

create table user_group (
  id          text    primary key,
  tenant      text    not null,
  name        text    not null,
  description text,
  -- seen in a token; else made here
  external    boolean not null,
  created_at  timestamptz not null default now(),
  unique (tenant, name)
);

create table group_member (
  group_id text    not null references user_group on delete cascade,
  user_id  text    not null references known_user on delete cascade,
  owner    boolean not null default false,
  primary key (group_id, user_id)
);

--changeset millrace:accounts
create table service_account (
  id          text        primary key,
  -- absent: of the installation
  tenant      text,
  name        text        not null,
  description text,
  operator    boolean     not null default false,
  created_at  timestamptz not null default now(),
  created_by  text        not null,
  unique nulls not distinct (tenant, name)
);

create table api_token (
  id           text        primary key,
  account_id   text        not null references service_account on delete cascade,
  name         text        not null,
  description  text,
  -- SHA-256 of 32 random bytes: nothing to guess, so nothing to slow down
  secret_hash  bytea       not null,
  -- bounds of what the account may do; absent: all of it
  permissions  text[],
  namespace    text        not null default '',
  extended     boolean     not null,
  lifetime_seconds bigint  not null,
  created_at   timestamptz not null,
  created_by   text        not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz
);
create index api_token_by_account on api_token (account_id);

--changeset millrace:roles
create table custom_role (
  id          text    primary key,
  tenant      text    not null,
  name        text    not null,
  description text,
  -- as it was asked for: a map of resources to actions
  permissions text    not null,
  is_default  boolean not null default false,
  unique (tenant, name)
);
alter table role_binding drop constraint role_binding_kind_check;
alter table role_binding drop constraint role_binding_role_check;
alter table role_binding add constraint role_binding_kind_check
  check (kind in ('user', 'group', 'service-account'));

create table account_group (
  group_id   text not null references user_group on delete cascade,
  account_id text not null references service_account on delete cascade,
  primary key (group_id, account_id)
);

--changeset millrace:quotas
create table quota (
  tenant    text   not null,
  -- empty: of the tenant as a whole
  namespace text   not null default '',
  kind      text   not null,
  amount    bigint not null check (amount >= 0),
  primary key (tenant, namespace, kind)
);

--changeset millrace:browser-sessions
create table browser_session (
  -- derived from the cookie, which is stored nowhere
  id               text        primary key,
  subject          text        not null,
  -- name of the issuer's sign-in
  sign_in          text        not null,
  -- the tokens, under a key that is derived from the cookie
  sealed           bytea       not null,
  version          bigint      not null default 0,
  -- one refreshes the tokens, the others wait
  refreshing_until timestamptz,
  created_at       timestamptz not null,
  last_used_at     timestamptz not null,
  ends_at          timestamptz not null
);
create index browser_session_by_subject on browser_session (subject, created_at);
create index browser_session_by_end on browser_session (ends_at);
create index browser_session_by_use on browser_session (last_used_at);

--changeset millrace:user-tokens
alter table api_token alter column account_id drop not null;
alter table api_token add column user_id text references known_user on delete cascade;
alter table api_token add constraint api_token_has_one_owner
  check (num_nonnulls(account_id, user_id) = 1);
create index api_token_by_user on api_token (user_id) where user_id is not null;

--changeset millrace:expected-people
-- who hasn't come yet has the subject 'awaited:' and his id, and is told by his address
create unique index known_user_awaited on known_user (lower(email)) where starts_with(subject, 'awaited:');

create table invitation (
  id          text        primary key,
  tenant      text        not null,
  -- in lower case
  email       text        not null,
  roles       text[]      not null,
  -- where he gets each of them; empty: in the whole tenant
  namespaces  text[]      not null,
  -- ids
  groups      text[]      not null,
  sent_at     timestamptz not null,
  sent_by     text        not null,
  expires_at  timestamptz not null,
  accepted_at timestamptz
);
create unique index invitation_open on invitation (email, tenant) where accepted_at is null;
create index invitation_by_tenant on invitation (tenant, sent_at desc);

--changeset millrace:people-in-order
-- lists of people are gone through in this order
create index known_user_in_order on known_user (username, id);
