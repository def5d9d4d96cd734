--liquibase formatted sql

--changeset millrace:changes-1
-- the transaction that changed a flow last: who has seen all that was committed before some
-- transaction asks for what came after, and misses nothing, whatever order commits came in
alter table flow add column changed_in xid8 not null default pg_current_xact_id();
create index flow_changed_in on flow (changed_in);

--changeset millrace:changes-2 splitStatements:false
create function flow_changes() returns trigger language plpgsql as $$
begin
    new.changed_in = pg_current_xact_id();
    return new;
end
$$;
create trigger flow_changes before update on flow for each row execute function flow_changes();
