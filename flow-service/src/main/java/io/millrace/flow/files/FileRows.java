// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.tasks.PurgeRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Rows of files, their revisions and folders.
@Repository
class FileRows {
    private final JdbcClient jdbc;

    FileRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Bytes of all revisions of files in a namespace and below it; empty: in the tenant.
    long bytes(String tenant, String namespace) {
        return jdbc.sql(
                        """
                        select coalesce(sum(bytes), 0) from namespace_file_revision
                         where tenant = :tenant and content is not null
                           and (:namespace = '' or namespace = :namespace
                                or starts_with(namespace, :namespace || '.'))
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query(Long.class)
                .single();
    }

    /// Which namespace.
    record Place(String tenant, String namespace) {}

    /// @param content id of what it holds; absent if it is deleted
    /// @param placed the revision that lies at the path in the storage
    record Row(
            Place place,
            String path,
            int revision,
            boolean deleted,
            long bytes,
            @Nullable String content,
            Instant createdAt,
            Instant updatedAt,
            @Nullable String request,
            int placed) {}

    record Revision(
            int revision,
            boolean deleted,
            long bytes,
            @Nullable String content,
            Instant createdAt,
            String createdBy) {}

    /// One of those that lie directly in a folder.
    record Child(String name, boolean folder, long bytes, Instant createdAt, Instant updatedAt) {}

    /// Nobody else changes the files of a namespace until the transaction ends.
    void lock(Place place) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:name, 7))")
                .param("name", place.tenant() + "/" + place.namespace())
                .query(row -> {});
    }

    /// Also a deleted one.
    Optional<Row> find(Place place, String path) {
        return jdbc.sql(
                        """
                        select * from namespace_file
                         where tenant = :tenant and namespace = :namespace and path = :path
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("path", path)
                .query((row, _) -> row(row))
                .optional();
    }

    /// All files whose paths begin so, in order.
    List<Row> below(Place place, String prefix) {
        return jdbc.sql(
                        """
                        select * from namespace_file
                         where tenant = :tenant and namespace = :namespace and not deleted
                           and starts_with(path, :prefix)
                         order by path
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("prefix", prefix)
                .query((row, _) -> row(row))
                .list();
    }

    int count(Place place) {
        return jdbc.sql(
                        """
                        select count(*) from namespace_file
                         where tenant = :tenant and namespace = :namespace and not deleted
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .query(Integer.class)
                .single();
    }

    /// Whether one of these is a file.
    boolean anyFile(Place place, Collection<String> paths) {
        return jdbc.sql(
                        """
                        select exists (
                            select from namespace_file
                             where tenant = :tenant and namespace = :namespace and not deleted
                               and path = any (:paths))
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("paths", paths.toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    boolean isFolder(Place place, FilePath path) {
        return path.isRoot()
                || jdbc.sql(
                                """
                                select exists (
                                    select from namespace_file
                                     where tenant = :tenant and namespace = :namespace
                                       and not deleted and starts_with(path, :prefix))
                                    or exists (
                                    select from namespace_folder
                                     where tenant = :tenant and namespace = :namespace
                                       and (path = :path or starts_with(path, :prefix)))
                                """)
                        .param("tenant", place.tenant())
                        .param("namespace", place.namespace())
                        .param("path", path.path())
                        .param("prefix", path.prefix())
                        .query(Boolean.class)
                        .single();
    }

    List<Child> children(Place place, FilePath folder) {
        return jdbc.sql(
                        """
                        select name, bool_or(folder) as folder,
                               sum(bytes) filter (where not folder) as bytes,
                               min(created_at) as created_at, max(updated_at) as updated_at
                          from (
                            select split_part(substr(path, :from), '/', 1) as name,
                                   position('/' in substr(path, :from)) > 0 as folder,
                                   bytes, created_at, updated_at
                              from namespace_file
                             where tenant = :tenant and namespace = :namespace and not deleted
                               and starts_with(path, :prefix)
                            union all
                            select split_part(substr(path, :from), '/', 1), true, 0, created_at,
                                   created_at
                              from namespace_folder
                             where tenant = :tenant and namespace = :namespace
                               and starts_with(path, :prefix)
                          ) as below
                         group by name order by 2 desc, 1
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("prefix", folder.prefix())
                .param("from", folder.prefix().length() + 1)
                .query((row, _) ->
                        new Child(
                                row.getString("name"),
                                row.getBoolean("folder"),
                                row.getLong("bytes"),
                                row.getTimestamp("created_at").toInstant(),
                                row.getTimestamp("updated_at").toInstant()))
                .list();
    }

    void addFolder(Place place, String path, Instant at) {
        jdbc.sql(
                        """
                        insert into namespace_folder values (:tenant, :namespace, :path, :at)
                            on conflict do nothing
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("path", path)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    /// @return the paths of folders that were made as such and are gone now
    List<String> deleteFolders(Place place, FilePath folder) {
        return jdbc.sql(
                        """
                        delete from namespace_folder
                         where tenant = :tenant and namespace = :namespace
                           and (path = :path or starts_with(path, :prefix))
                        returning path
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("path", folder.path())
                .param("prefix", folder.prefix())
                .query(String.class)
                .list();
    }

    /// @param content absent: it is deleted
    record Change(
            String path,
            @Nullable String content,
            long bytes,
            @Nullable String request,
            String by,
            Instant at) {}

    /// Writes the next revision of each.
    void write(Place place, List<Change> changes) {
        for (var change : changes) {
            jdbc.sql(
                            """
                            with written as (
                                insert into namespace_file as f
                                       (tenant, namespace, path, revision, deleted, bytes,
                                        content, created_at, updated_at, updated_by, request)
                                values (:tenant, :namespace, :path, 1, :deleted, :bytes, :content,
                                        :at, :at, :by, :request)
                                on conflict (tenant, namespace, path) do update
                                   set revision = f.revision + 1, deleted = excluded.deleted,
                                       bytes = excluded.bytes, content = excluded.content,
                                       created_at = case when f.deleted then :at
                                                         else f.created_at end,
                                       updated_at = :at, updated_by = :by,
                                       request = excluded.request
                                returning revision
                            )
                            insert into namespace_file_revision
                            select :tenant, :namespace, :path, revision, :deleted, :bytes,
                                   :content, :at, :by
                              from written
                            """)
                    .param("tenant", place.tenant())
                    .param("namespace", place.namespace())
                    .param("path", change.path())
                    .param("deleted", change.content() == null)
                    .param("bytes", change.bytes())
                    .param("content", change.content(), java.sql.Types.VARCHAR)
                    .param("at", change.at().atOffset(ZoneOffset.UTC))
                    .param("by", change.by())
                    .param("request", change.request(), java.sql.Types.VARCHAR)
                    .update();
        }
    }

    /// @return whether that revision is still the newest
    boolean placed(Row row) {
        return jdbc.sql(
                                """
                                update namespace_file set placed = :revision
                                 where tenant = :tenant and namespace = :namespace
                                   and path = :path and revision = :revision
                                """)
                        .param("tenant", row.place().tenant())
                        .param("namespace", row.place().namespace())
                        .param("path", row.path())
                        .param("revision", row.revision())
                        .update()
                == 1;
    }

    /// Files whose newest revision doesn't lie at its path, though it was made before then.
    List<Row> unplaced(Instant before, int limit) {
        return jdbc.sql(
                        """
                        select * from namespace_file
                         where placed <> revision and updated_at < :before limit :limit
                        """)
                .param("before", before.atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query((row, _) -> row(row))
                .list();
    }

    /// The newest first.
    List<Revision> revisions(Place place, String path) {
        return jdbc.sql(
                        """
                        select * from namespace_file_revision
                         where tenant = :tenant and namespace = :namespace and path = :path
                         order by revision desc
                        """)
                .param("tenant", place.tenant())
                .param("namespace", place.namespace())
                .param("path", path)
                .query((row, _) ->
                        new Revision(
                                row.getInt("revision"),
                                row.getBoolean("deleted"),
                                row.getLong("bytes"),
                                row.getString("content"),
                                row.getTimestamp("created_at").toInstant(),
                                row.getString("created_by")))
                .list();
    }

    /// What a purge leaves behind: contents that no revision has any more.
    record Orphan(String namespace, String content) {}

    record Purged(int revisions, List<Orphan> orphans) {}

    /// Deletes former revisions.
    ///
    /// @param before absent: of any age
    /// @param keep how many of the newest of each file stay
    Purged purge(PurgeRequest.Range range, @Nullable Instant before, int keep) {
        record Gone(String namespace, @Nullable String content) {}
        var gone =
                jdbc.sql(
                                """
                                delete from namespace_file_revision v using namespace_file f
                                 where f.tenant = :tenant
                                   and f.namespace || '.' like any (:namespaces)
                                   and f.namespace || '.' like any (:within)
                                   and f.path like :names
                                   and v.tenant = f.tenant and v.namespace = f.namespace
                                   and v.path = f.path and v.revision < f.revision
                                   and v.revision <= f.revision - :keep
                                   and (cast(:before as timestamptz) is null
                                        or v.created_at < :before)
                                returning v.namespace, v.content
                                """)
                        .param("tenant", range.tenant())
                        .param("namespaces", range.namespaces())
                        .param("within", range.within())
                        .param("names", range.names())
                        .param("keep", keep)
                        .param("before", before == null ? null : before.atOffset(ZoneOffset.UTC))
                        .query(Gone.class)
                        .list();
        var orphans = new ArrayList<Orphan>();
        for (var revision : gone) {
            if (revision.content() != null
                    && !isUsed(range.tenant(), revision.namespace(), revision.content())) {
                orphans.add(new Orphan(revision.namespace(), revision.content()));
            }
        }
        return new Purged(gone.size(), orphans);
    }

    private boolean isUsed(String tenant, String namespace, String content) {
        return jdbc.sql(
                        """
                        select exists (
                            select from namespace_file_revision
                             where tenant = :tenant and namespace = :namespace
                               and content = :content)
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("content", content)
                .query(Boolean.class)
                .single();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new Place(row.getString("tenant"), row.getString("namespace")),
                row.getString("path"),
                row.getInt("revision"),
                row.getBoolean("deleted"),
                row.getLong("bytes"),
                row.getString("content"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                row.getString("request"),
                row.getInt("placed"));
    }
}
