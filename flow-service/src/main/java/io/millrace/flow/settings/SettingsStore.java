// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.settings;

import io.millrace.contracts.Codec;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.WorkerGroup;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/// Settings of namespaces, as they are stored.
@Repository
public class SettingsStore {
    private static final String COLUMNS =
            "tenant, id, description, variables, plugin_defaults, rules, managed_by, version,"
                    + " updated_at";

    private final JdbcClient jdbc;

    SettingsStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<NamespaceSettings> find(String tenant, String id) {
        return jdbc.sql(
                        "select %s from namespace_settings where tenant = :tenant and id = :id"
                                .formatted(COLUMNS))
                .param("tenant", tenant)
                .param("id", id)
                .query((row, _) -> read(row))
                .optional();
    }

    /// Settings of a namespace and those above it, the nearest first.
    public List<NamespaceSettings> chain(String tenant, String namespace) {
        var found =
                jdbc.sql(
                                "select %s from namespace_settings where tenant = :tenant and id = any (:ids)"
                                        .formatted(COLUMNS))
                        .param("tenant", tenant)
                        .param("ids", NamespaceSettings.chain(namespace).toArray(String[]::new))
                        .query((row, _) -> read(row))
                        .list();
        return found.stream()
                .sorted(
                        Comparator.comparingInt((NamespaceSettings s) -> s.id().length())
                                .reversed())
                .toList();
    }

    /// The same for many namespaces, in one query.
    ///
    /// @param namespaces tenant and name of each
    public Map<Of, List<NamespaceSettings>> chains(Collection<Of> namespaces) {
        var wanted =
                namespaces.stream()
                        .distinct()
                        .flatMap(of ->
                                NamespaceSettings.chain(of.namespace()).stream()
                                        .map(id -> new Of(of.tenant(), id)))
                        .distinct()
                        .toList();
        var found =
                jdbc
                        .sql(
                                """
                                select %s from namespace_settings
                                  join unnest(:tenants, :ids) as w (tenant, id) using (tenant, id)
                                """
                                        .formatted(COLUMNS))
                        .param("tenants", wanted.stream().map(Of::tenant).toArray(String[]::new))
                        .param("ids", wanted.stream().map(Of::namespace).toArray(String[]::new))
                        .query((row, _) -> read(row))
                        .list()
                        .stream()
                        .collect(
                                Collectors.toMap(
                                        s -> new Of(s.tenant(), s.id()), Function.identity()));
        return namespaces.stream()
                .distinct()
                .collect(
                        Collectors.toMap(
                                Function.identity(),
                                of ->
                                        NamespaceSettings.chain(of.namespace()).stream()
                                                .map(id -> found.get(new Of(of.tenant(), id)))
                                                .filter(s -> s != null)
                                                .toList()));
    }

    /// A namespace of a tenant.
    public record Of(String tenant, String namespace) {}

    public List<String> ids(String tenant) {
        return jdbc.sql("select id from namespace_settings where tenant = :tenant order by id")
                .param("tenant", tenant)
                .query(String.class)
                .list();
    }

    /// @return false if there are settings already
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean insert(NamespaceSettings settings, String by) {
        boolean inserted =
                jdbc.sql(
                                        """
                                        insert into namespace_settings (tenant, id, description, variables,
                                               plugin_defaults, rules, managed_by, version, created_at, updated_at, updated_by)
                                        values (:tenant, :id, :description, cast(:variables as jsonb),
                                               cast(:defaults as jsonb), cast(:rules as jsonb), :managed, 1, :at, :at, :by)
                                        on conflict do nothing
                                        """)
                                .params(parameters(settings, by))
                                .update()
                        == 1;
        changed(settings.tenant(), settings.id());
        return inserted;
    }

    /// @return false if they are at another version
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean update(NamespaceSettings settings, String by) {
        boolean updated =
                jdbc.sql(
                                        """
                                        update namespace_settings
                                           set description = :description, variables = cast(:variables as jsonb),
                                               plugin_defaults = cast(:defaults as jsonb),
                                               rules = cast(:rules as jsonb), managed_by = :managed,
                                               version = version + 1, updated_at = :at, updated_by = :by
                                         where tenant = :tenant and id = :id and version = :version
                                        """)
                                .params(parameters(settings, by))
                                .param("version", settings.version())
                                .update()
                        == 1;
        changed(settings.tenant(), settings.id());
        return updated;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public boolean delete(String tenant, String id) {
        boolean deleted =
                jdbc.sql("delete from namespace_settings where tenant = :tenant and id = :id")
                                .param("tenant", tenant)
                                .param("id", id)
                                .update()
                        == 1;
        changed(tenant, id);
        return deleted;
    }

    /// Flows of the namespace and below are others now, for whoever follows changes of flows.
    private void changed(String tenant, String id) {
        jdbc.sql(
                        """
                        update flow set changed_in = pg_current_xact_id()
                         where tenant = :tenant and not deleted
                           and (namespace = :id or starts_with(namespace, :id || '.'))
                        """)
                .param("tenant", tenant)
                .param("id", id)
                .update();
        jdbc.sql("update namespace_generation set generation = generation + 1").update();
    }

    /// One more with each change of any settings.
    public long generation() {
        return jdbc.sql("select generation from namespace_generation").query(Long.class).single();
    }

    private static Map<String, @Nullable Object> parameters(NamespaceSettings settings, String by) {
        var parameters = new java.util.HashMap<String, @Nullable Object>();
        parameters.put("tenant", settings.tenant());
        parameters.put("id", settings.id());
        parameters.put("description", settings.description());
        parameters.put("variables", json(settings.variables()));
        parameters.put("defaults", json(settings.pluginDefaults()));
        parameters.put("rules", json(settings.rules()));
        parameters.put("managed", settings.managedBy());
        parameters.put("at", Timestamp.from(settings.updatedAt()));
        parameters.put("by", by);
        return parameters;
    }

    /// Rules as they are stored; what a version before has not known is absent.
    private record StoredRules(
            @Nullable List<String> allowedTypes,
            @Nullable List<String> forbiddenTypes,
            @Nullable List<String> allowedNamespaces,
            @Nullable WorkerGroup workerGroup) {
        NamespaceRules toRules() {
            return new NamespaceRules(
                    Objects.requireNonNullElse(allowedTypes, List.of()),
                    Objects.requireNonNullElse(forbiddenTypes, List.of()),
                    allowedNamespaces,
                    workerGroup);
        }
    }

    private static String json(Object value) {
        return new String(Codec.encode(value), StandardCharsets.UTF_8);
    }

    private record StoredDefault(
            String type, boolean forced, @Nullable Map<String, Object> values) {}

    private static PluginDefault read(StoredDefault stored) {
        if (stored.values() == null) {
            return new PluginDefault(stored.type(), stored.forced(), Map.of());
        }
        return new PluginDefault(stored.type(), stored.forced(), stored.values());
    }

    @SuppressWarnings("unchecked") // JSON of the database, written by this class
    private static NamespaceSettings read(ResultSet row) throws SQLException {
        var defaults =
                Codec.decode(
                        row.getString("plugin_defaults").getBytes(StandardCharsets.UTF_8),
                        StoredDefault[].class);
        Map<String, @Nullable Object> variables =
                Codec.decode(
                        row.getString("variables").getBytes(StandardCharsets.UTF_8), Map.class);
        Instant updated = row.getTimestamp("updated_at").toInstant();
        return new NamespaceSettings(
                row.getString("tenant"),
                row.getString("id"),
                row.getString("description"),
                variables,
                Arrays.stream(defaults).map(SettingsStore::read).toList(),
                Codec.decode(
                                row.getString("rules").getBytes(StandardCharsets.UTF_8),
                                StoredRules.class)
                        .toRules(),
                row.getString("managed_by"),
                row.getInt("version"),
                updated);
    }
}
