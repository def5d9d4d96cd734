// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Sessions in the database: they outlive a gateway, and every instance knows them.
@Repository
class SessionStore {
    private final JdbcClient jdbc;

    /// @param signIn name of the issuer's sign-in
    /// @param sealed the tokens
    /// @param version moves with the tokens
    record Row(
            String id,
            String subject,
            String signIn,
            byte[] sealed,
            long version,
            Instant lastUsedAt,
            Instant endsAt) {}

    SessionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Row> find(String id) {
        return jdbc.sql("select * from browser_session where id = ?")
                .param(id)
                .query((row, _) ->
                        new Row(
                                row.getString("id"),
                                row.getString("subject"),
                                row.getString("sign_in"),
                                row.getBytes("sealed"),
                                row.getLong("version"),
                                row.getTimestamp("last_used_at").toInstant(),
                                row.getTimestamp("ends_at").toInstant()))
                .optional();
    }

    /// @param most sessions of one user that stay
    void insert(Row row, int most) {
        jdbc.sql(
                        """
                        insert into browser_session
                               (id, subject, sign_in, sealed, created_at, last_used_at, ends_at)
                        values (:id, :subject, :signIn, :sealed, :now, :now, :endsAt)
                        """)
                .param("id", row.id())
                .param("subject", row.subject())
                .param("signIn", row.signIn())
                .param("sealed", row.sealed())
                .param("now", Timestamp.from(row.lastUsedAt()))
                .param("endsAt", Timestamp.from(row.endsAt()))
                .update();
        jdbc.sql(
                        """
                        delete from browser_session
                         where id in (select id from browser_session where subject = ?
                                       order by created_at desc, id offset ?)
                        """)
                .params(row.subject(), most)
                .update();
    }

    void touch(String id, Instant now) {
        jdbc.sql("update browser_session set last_used_at = ? where id = ? and last_used_at < ?")
                .params(Timestamp.from(now), id, Timestamp.from(now))
                .update();
    }

    /// Whether this caller is the one who refreshes the tokens of this version: an issuer takes a
    /// refresh token once.
    boolean claimRefresh(String id, long version, Instant now, Instant until) {
        return jdbc.sql(
                                """
                                update browser_session set refreshing_until = :until
                                 where id = :id and version = :version
                                   and (refreshing_until is null or refreshing_until < :now)
                                """)
                        .param("until", Timestamp.from(until))
                        .param("id", id)
                        .param("version", version)
                        .param("now", Timestamp.from(now))
                        .update()
                == 1;
    }

    void refreshed(String id, long version, byte[] sealed) {
        jdbc.sql(
                        """
                        update browser_session
                           set sealed = :sealed, version = version + 1, refreshing_until = null
                         where id = :id and version = :version
                        """)
                .param("sealed", sealed)
                .param("id", id)
                .param("version", version)
                .update();
    }

    void refreshFailed(String id, long version) {
        jdbc.sql("update browser_session set refreshing_until = null where id = ? and version = ?")
                .params(id, version)
                .update();
    }

    boolean delete(String id) {
        return jdbc.sql("delete from browser_session where id = ?").param(id).update() == 1;
    }

    /// @param unusedSince end of those that nobody has used since
    int deleteEnded(Instant now, Instant unusedSince) {
        return jdbc.sql("delete from browser_session where ends_at < ? or last_used_at < ?")
                .params(Timestamp.from(now), Timestamp.from(unusedSince))
                .update();
    }
}
