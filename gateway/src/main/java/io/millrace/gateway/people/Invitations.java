// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.Ids;
import io.millrace.platform.access.Caller;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What people get in a tenant when they come under an address. Who comes, and for whom an issuer
/// vouches, is [Newcomers]' to say.
@Component
class Invitations {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");
    private static final int LONGEST_ADDRESS = 254; // RFC 5321, 4.5.3.1.3

    private final JdbcClient jdbc;
    private final Bindings bindings;
    private final AuditTrail audit;
    private final Clock clock;
    private final Duration last;

    /// @param namespace empty for the whole tenant
    record Given(String role, String namespace) {}

    /// @param email in lower case
    /// @param groups ids
    record Invitation(
            String id,
            String tenant,
            String email,
            List<Given> roles,
            List<String> groups,
            Instant sentAt,
            Instant expiresAt,
            @Nullable Instant acceptedAt) {}

    Invitations(
            JdbcClient jdbc,
            Bindings bindings,
            AuditTrail audit,
            Clock clock,
            GatewayProperties properties) {
        this.jdbc = jdbc;
        this.bindings = bindings;
        this.audit = audit;
        this.clock = clock;
        this.last = properties.invitationsLast();
    }

    /// An address as it is compared.
    ///
    /// @throws ServiceException.Invalid if it is none
    static String address(@Nullable String email) {
        var address = email == null ? "" : email.strip();
        if (address.length() > LONGEST_ADDRESS || !ADDRESS.matcher(address).matches()) {
            throw new ServiceException.Invalid("email", "Expected an email address");
        }
        return address.toLowerCase(Locale.ROOT);
    }

    /// Invites somebody; an open invitation of his to the same tenant is replaced.
    Invitation invite(String tenant, String email, List<Given> roles, List<String> groups) {
        var names = new ArrayList<String>();
        for (var role : roles) {
            bindings.checkMayGive(tenant, role.role(), role.namespace());
            names.add(role.role() + "@" + role.namespace());
        }
        for (var group : groups) {
            names.add(groupToJoin(tenant, group));
        }
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var made =
                new Invitation(Ids.next(), tenant, email, roles, groups, now, now.plus(last), null);
        return bindings.change(() -> {
            jdbc.sql(
                            """
                            delete from invitation
                             where tenant = ? and email = ? and accepted_at is null
                            """)
                    .params(tenant, email)
                    .update();
            insert(made);
            audit.changed(
                    tenant,
                    "invitation.create",
                    "invitation/" + made.id(),
                    Map.of("email", email, "gives", String.join(", ", names)));
            return made;
        });
    }

    private String groupToJoin(String tenant, String id) {
        var name =
                jdbc.sql("select name from user_group where tenant = ? and id = ?")
                        .params(tenant, id)
                        .query(String.class)
                        .optional()
                        .orElseThrow(() ->
                                new ServiceException.Invalid(
                                        "groups", "Expected ids of groups of the tenant"));
        bindings.checkMayJoin(tenant, List.of(name));
        return name;
    }

    private void insert(Invitation made) {
        jdbc.sql(
                        """
                        insert into invitation (id, tenant, email, roles, namespaces, groups,
                                                sent_at, sent_by, expires_at)
                        values (:id, :tenant, :email, :roles, :namespaces, :groups,
                                :sentAt, :sentBy, :expiresAt)
                        """)
                .param("id", made.id())
                .param("tenant", made.tenant())
                .param("email", made.email())
                .param("roles", made.roles().stream().map(Given::role).toArray(String[]::new))
                .param(
                        "namespaces",
                        made.roles().stream().map(Given::namespace).toArray(String[]::new))
                .param("groups", made.groups().toArray(String[]::new))
                .param("sentAt", Timestamp.from(made.sentAt()))
                .param("sentBy", Caller.current().subject())
                .param("expiresAt", Timestamp.from(made.expiresAt()))
                .update();
    }

    /// A page of them, the latest first.
    ///
    /// @param part of the address, or empty
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<Invitation> page(
            String tenant, String part, Paging paging, @Nullable String cursor) {
        var after = Place.parse(cursor, 2, paging);
        var matching =
                "from invitation where tenant = :tenant and strpos(email, lower(:part)) > 0 ";
        var found =
                jdbc.sql(
                                "select * "
                                        + matching
                                        + """
                                        and (cast(:sentAt as timestamptz) is null
                                             or sent_at < :sentAt or sent_at = :sentAt and id > :id)
                                        order by sent_at desc, id limit :limit offset :offset
                                        """)
                        .param("tenant", tenant)
                        .param("part", part)
                        .param("sentAt", after == null ? null : Timestamp.from(after.instant(0)))
                        .param("id", after == null ? "" : after.name(1))
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query(Invitations::invitation)
                        .list();
        long total =
                jdbc.sql("select count(*) " + matching)
                        .param("tenant", tenant)
                        .param("part", part)
                        .query(Long.class)
                        .single();
        return CursorResults.of(found, total, paging, i -> Place.of(i.sentAt().toString(), i.id()));
    }

    /// The latest first.
    List<Invitation> of(String tenant, String email) {
        return jdbc.sql(
                        """
                        select * from invitation where tenant = ? and email = lower(?)
                         order by sent_at desc, id
                        """)
                .params(tenant, email)
                .query(Invitations::invitation)
                .list();
    }

    void delete(String tenant, String id) {
        bindings.change(() -> {
            var email =
                    jdbc.sql("delete from invitation where tenant = ? and id = ? returning email")
                            .params(tenant, id)
                            .query(String.class)
                            .optional()
                            .orElseThrow(() ->
                                    new ServiceException.NotFound("Not Found: invitation " + id));
            audit.changed(tenant, "invitation.delete", "invitation/" + id, Map.of("email", email));
            return true;
        });
    }

    private static Invitation invitation(ResultSet row, int number) throws SQLException {
        var roles = (String[]) row.getArray("roles").getArray();
        var namespaces = (String[]) row.getArray("namespaces").getArray();
        var given = new ArrayList<Given>();
        for (int i = 0; i < roles.length; i++) {
            given.add(new Given(roles[i], namespaces[i]));
        }
        var accepted = row.getTimestamp("accepted_at");
        return new Invitation(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("email"),
                List.copyOf(given),
                List.of((String[]) row.getArray("groups").getArray()),
                row.getTimestamp("sent_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                accepted == null ? null : accepted.toInstant());
    }
}
