--liquibase formatted sql

--changeset millrace:3-secret-names
-- secret('my_secret') is MY_SECRET
create unique index secret_name on secret (tenant, namespace, lower(name));
