--liquibase formatted sql

--changeset millrace:4-rotation
alter table secret
    add column rotated_at timestamptz,
    add column rotate_every_seconds bigint;
update secret s set rotated_at = coalesce(
    (select v.created_at from secret_version v
      where v.secret_id = s.id and v.version = s.current_version), s.updated_at);
alter table secret alter column rotated_at set not null;
-- of an instance of before
alter table secret alter column rotated_at set default now();
