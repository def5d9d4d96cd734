// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.problem.ServiceException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The roles that tenants have made.
@Component
class Roles {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, List<String>>> PERMISSIONS =
            new TypeReference<>() {};

    private final JdbcClient jdbc;

    Roles(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<CustomRole> all() {
        return jdbc.sql("select * from custom_role").query(Roles::role).list();
    }

    List<CustomRole> list(String tenant) {
        return jdbc.sql("select * from custom_role where tenant = ? order by name")
                .param(tenant)
                .query(Roles::role)
                .list();
    }

    Optional<CustomRole> find(String tenant, String id) {
        return jdbc.sql("select * from custom_role where tenant = ? and id = ?")
                .params(tenant, id)
                .query(Roles::role)
                .optional();
    }

    /// @throws ServiceException.Conflict if another role of the tenant has the name
    void save(CustomRole role) {
        int taken =
                jdbc.sql(
                                """
                                select count(*) from custom_role
                                 where tenant = ? and name = ? and id <> ?
                                """)
                        .params(role.tenant(), role.name(), role.id())
                        .query(Integer.class)
                        .single();
        if (taken > 0) {
            throw new ServiceException.Conflict("There is a role " + role.name() + " already");
        }
        jdbc.sql(
                        """
                        insert into custom_role
                               (id, tenant, name, description, permissions, is_default)
                        values (?, ?, ?, ?, ?, ?)
                            on conflict (id) do update
                           set name = excluded.name, description = excluded.description,
                               permissions = excluded.permissions,
                               is_default = excluded.is_default
                        """)
                .param(role.id())
                .param(role.tenant())
                .param(role.name())
                .param(role.description())
                .param(JSON.writeValueAsString(role.asked()))
                .param(role.isDefault())
                .update();
    }

    /// @throws ServiceException.Refused if a binding gives it
    void delete(String tenant, String id) {
        int bound =
                jdbc.sql("select count(*) from role_binding where tenant = ? and role = ?")
                        .params(tenant, id)
                        .query(Integer.class)
                        .single();
        if (bound > 0) {
            throw new ServiceException.Refused(
                    "Expected a role that nobody has, but there are " + bound + " bindings of it");
        }
        jdbc.sql("delete from custom_role where tenant = ? and id = ?").params(tenant, id).update();
    }

    private static CustomRole role(ResultSet row, int number) throws SQLException {
        return new CustomRole(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("description"),
                JSON.readValue(row.getString("permissions"), PERMISSIONS),
                row.getBoolean("is_default"));
    }
}
