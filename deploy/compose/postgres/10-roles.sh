#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A schema for each service, and a role that owns it and sees no other. While it serves a tenant, it becomes
# the role beside it, which owns nothing: row-level security shows that one the tenant's rows alone.
set -euo pipefail
for service in flow execution scheduler secrets gateway; do
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v role="millrace_$service" -v tenant_role="millrace_${service}_tenant" -v schema="$service" -v password="$MILLRACE_DATABASE_PASSWORD" <<'SQL'
create role :"role" login password :'password';
create role :"tenant_role" nologin;
grant :"tenant_role" to :"role";
create schema :"schema" authorization :"role";
alter role :"role" set search_path = :"schema", public;
SQL
done
# Behind a policy an index serves only operators that are known to tell nothing of rows: without this, a search
# by label reads all executions of a tenant.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
alter function pg_catalog.arraycontains(anyarray, anyarray) leakproof;
alter function pg_catalog.arrayoverlap(anyarray, anyarray) leakproof;
SQL
