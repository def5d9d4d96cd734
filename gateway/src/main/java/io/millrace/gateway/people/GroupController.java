// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.Ids;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Groups of a tenant: those that were seen in tokens, and those that its admins have made.
@RestController
@RequestMapping("/api/v1/{tenant}")
class GroupController {
    private static final Paging PROPOSED = new Paging(1, 50, List.of());

    private final JdbcClient jdbc;
    private final Bindings bindings;
    private final KnownUsers users;
    private final AuditTrail audit;

    GroupController(JdbcClient jdbc, Bindings bindings, KnownUsers users, AuditTrail audit) {
        this.jdbc = jdbc;
        this.bindings = bindings;
        this.users = users;
        this.audit = audit;
    }

    record Asked(
            @Nullable String name,
            @Nullable String description,
            @Nullable List<String> membersId) {}

    record Group(String id, String name, @Nullable String description, boolean external) {}

    record Membership(String id, String name, boolean external, String membership) {}

    record Member(
            String id, String username, @Nullable String displayName, List<Membership> groups) {}

    record Ids2(@Nullable List<String> ids) {}

    record Autocomplete(@Nullable String q, @Nullable List<String> ids) {}

    private static Group group(ResultSet row, int number) throws SQLException {
        return new Group(
                row.getString("id"),
                row.getString("name"),
                row.getString("description"),
                row.getBoolean("external"));
    }

    /// @param part of the name, or absent
    /// @param ids of which they must be; absent or empty: of all
    private CursorResults<Group> matching(
            String tenant,
            @Nullable String part,
            @Nullable List<String> ids,
            Paging paging,
            @Nullable String cursor) {
        return new NamedRows(
                        "*",
                        """
                        from user_group
                         where tenant = :tenant and strpos(lower(name), lower(:part)) > 0
                           and (cardinality(:ids::text[]) = 0 or id = any(:ids))
                        """,
                        List.of("name"),
                        Map.of(
                                "tenant",
                                tenant,
                                "part",
                                part == null ? "" : part,
                                "ids",
                                ids == null ? new String[0] : ids.toArray(String[]::new)))
                .page(
                        jdbc,
                        paging,
                        cursor,
                        GroupController::group,
                        group -> Place.of(group.name()));
    }

    private List<Group> find(String tenant, List<String> ids) {
        return jdbc.sql(
                        """
                        select * from user_group
                         where tenant = :tenant and id = any(:ids) order by name
                        """)
                .param("tenant", tenant)
                .param("ids", ids.toArray(String[]::new))
                .query(GroupController::group)
                .list();
    }

    private Group require(String tenant, String id) {
        return require(tenant, List.of(id)).getFirst();
    }

    /// @param ids no two of them the same
    private List<Group> require(String tenant, List<String> ids) {
        var found = find(tenant, ids);
        if (found.size() < ids.size()) {
            var known = found.stream().map(Group::id).toList();
            throw new ServiceException.NotFound(
                    "Not Found: group "
                            + ids.stream()
                                    .filter(id -> !known.contains(id))
                                    .collect(Collectors.joining(", ")));
        }
        return found;
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/groups/search")
    CursorResults<Group> search(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return matching(tenant, q, null, paging, cursor);
    }

    @PostMapping("/groups/autocomplete")
    List<Group> autocomplete(@PathVariable String tenant, @RequestBody Autocomplete asked) {
        return matching(tenant, asked.q(), asked.ids(), PROPOSED, null).results();
    }

    @PostMapping("/groups/ids")
    List<Group> byIds(@PathVariable String tenant, @RequestBody Ids2 asked) {
        return asked.ids() == null ? List.of() : find(tenant, asked.ids());
    }

    @GetMapping("/groups/{id}")
    ResponseEntity<Group> get(@PathVariable String tenant, @PathVariable String id) {
        return tagged(HttpStatus.OK, require(tenant, id));
    }

    private static ResponseEntity<Group> tagged(HttpStatus status, Group group) {
        return ResponseEntity.status(status).eTag(EntityTag.of(group)).body(group);
    }

    @PostMapping("/groups")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<Group> create(@PathVariable String tenant, @RequestBody Asked asked) {
        var name = name(asked);
        var group = new Group(Ids.next(), name, asked.description(), false);
        bindings.change(() -> {
            int made =
                    jdbc.sql(
                                    """
                                    insert into user_group (id, tenant, name, description, external)
                                    values (?, ?, ?, ?, false) on conflict do nothing
                                    """)
                            .param(group.id())
                            .param(tenant)
                            .param(name)
                            .param(asked.description())
                            .update();
            if (made == 0) {
                throw new ServiceException.Conflict("There is a group " + name + " already");
            }
            var members = asked.membersId() == null ? List.<String>of() : asked.membersId();
            members.forEach(user -> join(tenant, group, user, false));
            audit.changed(
                    tenant,
                    "group.create",
                    "group/" + name,
                    Difference.of(Map.of(), Map.of("name", name, "members", members)));
            return true;
        });
        return tagged(HttpStatus.CREATED, group);
    }

    private static String name(Asked asked) {
        var name = asked.name() == null ? "" : asked.name().strip();
        if (name.isEmpty() || name.length() > 200) {
            throw new ServiceException.Invalid("name", "Expected a name of 1 to 200 characters");
        }
        return name;
    }

    /// A group's name is what bindings give roles to, so it stays.
    @PutMapping("/groups/{id}")
    ResponseEntity<Group> update(
            @PathVariable String tenant,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody Asked asked) {
        var after =
                bindings.change(() -> {
                    var before = require(tenant, id);
                    EntityTag.require("group " + id, ifMatch, EntityTag.of(before));
                    return describe(tenant, before, asked);
                });
        return tagged(HttpStatus.OK, after);
    }

    private Group describe(String tenant, Group before, Asked asked) {
        if (!name(asked).equals(before.name())) {
            throw new ServiceException.Refused("Expected the name to stay: bindings are for it");
        }
        var after = new Group(before.id(), before.name(), asked.description(), before.external());
        jdbc.sql("update user_group set description = ? where id = ?")
                .param(after.description())
                .param(after.id())
                .update();
        audit.changed(
                tenant,
                "group.update",
                "group/" + before.name(),
                Difference.of(
                        Map.of("description", Objects.toString(before.description(), "")),
                        Map.of("description", Objects.toString(after.description(), ""))));
        return after;
    }

    @DeleteMapping("/groups/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String tenant, @PathVariable String id) {
        var group = require(tenant, id);
        bindings.changeKeepingAnAdmin(
                tenant,
                () -> {
                    jdbc.sql("delete from user_group where id = ?").param(id).update();
                    audit.changed(tenant, "group.delete", "group/" + group.name(), Map.of());
                    return true;
                });
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/groups/{id}/members")
    CursorResults<Member> members(
            @PathVariable String tenant,
            @PathVariable String id,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var group = require(tenant, id);
        return new NamedRows(
                        """
                        u.id, u.username, u.display_name,
                        coalesce(m.owner, false) as owner, m.user_id is null as seen
                        """,
                        """
                        from known_user u
                          left join group_member m on m.user_id = u.id and m.group_id = :group
                         where (m.user_id is not null
                                or (:name = any(u.groups)
                                    and exists (select from known_user_tenant t
                                                 where t.user_id = u.id
                                                   and t.tenant = :tenant)))
                        """,
                        List.of("u.username", "u.id"),
                        Map.of("group", id, "name", group.name(), "tenant", tenant))
                .page(
                        jdbc,
                        paging,
                        cursor,
                        (row, _) -> member(group, row),
                        member -> Place.of(member.username(), member.id()));
    }

    private static Member member(Group group, ResultSet row) throws SQLException {
        var membership =
                new Membership(
                        group.id(),
                        group.name(),
                        row.getBoolean("seen"),
                        row.getBoolean("owner") ? "OWNER" : "MEMBER");
        return new Member(
                row.getString("id"),
                row.getString("username"),
                row.getString("display_name"),
                List.of(membership));
    }

    @PutMapping("/groups/{id}/members/{userId}")
    Member addMember(
            @PathVariable String tenant, @PathVariable String id, @PathVariable String userId) {
        return setMember(tenant, id, userId, false);
    }

    @PutMapping("/groups/{id}/members/membership/{userId}")
    Member setMembership(
            @PathVariable String tenant,
            @PathVariable String id,
            @PathVariable String userId,
            @RequestParam(defaultValue = "MEMBER") String membership) {
        return setMember(tenant, id, userId, membership.equals("OWNER"));
    }

    private Member setMember(String tenant, String id, String userId, boolean owner) {
        var group = require(tenant, id);
        bindings.change(() -> {
            var user = join(tenant, group, userId, owner);
            audit.changed(
                    tenant,
                    "group.add-member",
                    "group/" + group.name(),
                    Map.of("member", user.subject(), "owner", "" + owner));
            return true;
        });
        return member(userId, group, owner);
    }

    private Member member(String userId, Group group, boolean owner) {
        var user =
                users.find(userId)
                        .orElseThrow(
                                () -> new ServiceException.NotFound("Not Found: user " + userId));
        return new Member(
                user.id(),
                user.username(),
                user.displayName(),
                List.of(
                        new Membership(
                                group.id(), group.name(), false, owner ? "OWNER" : "MEMBER")));
    }

    /// Nobody gives by a group what he doesn't have; and of users, those alone that the tenant
    /// knows.
    private KnownUsers.User join(String tenant, Group group, String userId, boolean owner) {
        var user = userOf(tenant, userId);
        bindings.checkMayJoin(tenant, List.of(group.name()));
        jdbc.sql(
                        """
                        insert into group_member (group_id, user_id, owner) values (?, ?, ?)
                            on conflict (group_id, user_id) do update set owner = excluded.owner
                        """)
                .params(group.id(), userId, owner)
                .update();
        return user;
    }

    private KnownUsers.User userOf(String tenant, String userId) {
        return users.find(userId)
                .filter(u -> users.tenants(u.id()).contains(tenant))
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: user " + userId));
    }

    /// Groups of a user.
    record GroupIds(@Nullable List<String> groupIds) {}

    /// Makes a user a member of these groups and of no other. Where he is one already, whether he
    /// owns it stays.
    @PutMapping("/users/{userId}/groups")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void setGroups(
            @PathVariable String tenant, @PathVariable String userId, @RequestBody GroupIds asked) {
        if (asked.groupIds() == null) {
            throw new ServiceException.Invalid("groupIds", "Expected ids of groups");
        }
        var groups = require(tenant, asked.groupIds().stream().distinct().toList());
        bindings.changeKeepingAnAdmin(
                tenant,
                () -> {
                    var user = userOf(tenant, userId);
                    setGroups(tenant, user, groups);
                    audit.changed(
                            tenant,
                            "user.groups",
                            "user/" + user.subject(),
                            Map.of(
                                    "groups",
                                    String.join(", ", groups.stream().map(Group::name).toList())));
                    return true;
                });
    }

    private void setGroups(String tenant, KnownUsers.User user, List<Group> groups) {
        var ids = groups.stream().map(Group::id).toArray(String[]::new);
        jdbc.sql(
                        """
                        delete from group_member m using user_group g
                         where g.id = m.group_id and g.tenant = :tenant and m.user_id = :user
                           and m.group_id <> all(:groups)
                        """)
                .param("tenant", tenant)
                .param("user", user.id())
                .param("groups", ids)
                .update();
        var added =
                jdbc.sql(
                                """
                                insert into group_member (group_id, user_id, owner)
                                select group_id, :user, false from unnest(:groups::text[]) as group_id
                                    on conflict do nothing
                                returning group_id
                                """)
                        .param("user", user.id())
                        .param("groups", ids)
                        .query(String.class)
                        .list();
        bindings.checkMayJoin(
                tenant,
                groups.stream().filter(g -> added.contains(g.id())).map(Group::name).toList());
    }

    @DeleteMapping("/groups/{id}/members/{userId}")
    Member removeMember(
            @PathVariable String tenant, @PathVariable String id, @PathVariable String userId) {
        var group = require(tenant, id);
        var member = member(userId, group, false);
        bindings.changeKeepingAnAdmin(
                tenant,
                () -> {
                    jdbc.sql("delete from group_member where group_id = ? and user_id = ?")
                            .params(id, userId)
                            .update();
                    audit.changed(
                            tenant,
                            "group.remove-member",
                            "group/" + group.name(),
                            Map.of("member", member.username()));
                    return true;
                });
        return member;
    }
}
