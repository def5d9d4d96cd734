// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Role;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.Paging;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
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

/// The roles of a tenant: those that come with Millrace, and its own.
@RestController
@RequestMapping("/api/v1/{tenant}/roles")
class RolesController {
    private final Roles roles;
    private final Bindings bindings;
    private final AuditTrail audit;

    RolesController(Roles roles, Bindings bindings, AuditTrail audit) {
        this.roles = roles;
        this.bindings = bindings;
        this.audit = audit;
    }

    /// @param permissions actions (`CREATE`, `READ`, `UPDATE`, `DELETE`) by resource
    record Asked(
            @Nullable String name,
            @Nullable String description,
            @Nullable Map<String, List<String>> permissions,
            @Nullable Boolean isDefault) {}

    record Summary(String id, String name, boolean isDefault, boolean isManaged) {}

    record Detail(
            String id,
            String name,
            @Nullable String description,
            Map<String, List<String>> permissions,
            boolean isDefault,
            boolean isManaged) {}

    record Ids(@Nullable List<String> ids) {}

    record Autocomplete(@Nullable String q, @Nullable List<String> ids) {}

    private static Detail view(Role role) {
        return new Detail(
                role.id(),
                role.id(),
                "Comes with Millrace",
                byResource(role.permissions()),
                false,
                true);
    }

    private static Detail view(CustomRole role) {
        return new Detail(
                role.id(), role.name(), role.description(), role.asked(), role.isDefault(), false);
    }

    private static Map<String, List<String>> byResource(Set<Permission> permissions) {
        var byResource = new TreeMap<String, List<String>>();
        permissions.stream()
                .sorted()
                .forEach(p ->
                        byResource
                                .computeIfAbsent(p.resource(), _ -> new ArrayList<>())
                                .add(p.action()));
        return byResource;
    }

    private List<Detail> all(String tenant) {
        var all = new ArrayList<Detail>();
        for (var role : Role.values()) {
            all.add(view(role));
        }
        roles.list(tenant).forEach(role -> all.add(view(role)));
        return all;
    }

    private static Summary summary(Detail role) {
        return new Summary(role.id(), role.name(), role.isDefault(), role.isManaged());
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping({"", "/search"})
    CursorResults<Summary> search(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return CursorResults.of(matching(tenant, q), paging, cursor, RolesController::placeOf);
    }

    /// Those that come with Millrace are first, the one that gives least before the others.
    private static Place placeOf(Summary role) {
        return Role.of(role.id())
                .map(builtIn -> Place.of("", "%04d".formatted(builtIn.permissions().size())))
                .orElseGet(() -> Place.of("of the tenant", role.name()));
    }

    private List<Summary> matching(String tenant, String part) {
        return all(tenant).stream()
                .filter(r ->
                        r.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                .map(RolesController::summary)
                .toList();
    }

    @PostMapping("/autocomplete")
    List<Summary> autocomplete(@PathVariable String tenant, @RequestBody Autocomplete asked) {
        var ids = asked.ids();
        return matching(tenant, asked.q() == null ? "" : asked.q()).stream()
                .filter(r -> ids == null || ids.isEmpty() || ids.contains(r.id()))
                .toList();
    }

    @PostMapping("/ids")
    List<Detail> byIds(@PathVariable String tenant, @RequestBody Ids asked) {
        var ids = asked.ids() == null ? List.<String>of() : asked.ids();
        return all(tenant).stream().filter(r -> ids.contains(r.id())).toList();
    }

    @GetMapping("/{id}")
    ResponseEntity<Detail> get(@PathVariable String tenant, @PathVariable String id) {
        return tagged(
                HttpStatus.OK,
                Role.of(id)
                        .map(RolesController::view)
                        .or(() -> roles.find(tenant, id).map(RolesController::view))
                        .orElseThrow(() -> notFound(id)));
    }

    private static ResponseEntity<Detail> tagged(HttpStatus status, Detail role) {
        return ResponseEntity.status(status).eTag(tag(role)).body(role);
    }

    private static String tag(Detail role) {
        return EntityTag.of(
                List.of(
                        role.name(),
                        String.valueOf(role.description()),
                        new TreeMap<>(role.permissions()),
                        role.isDefault()));
    }

    private static ServiceException notFound(String id) {
        return new ServiceException.NotFound("Not Found: role " + id);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<Detail> create(@PathVariable String tenant, @RequestBody Asked asked) {
        var role = read(io.millrace.gateway.grants.Ids.next(), tenant, asked);
        return tagged(HttpStatus.CREATED, bindings.change(() -> save(role, Optional.empty())));
    }

    @PutMapping("/{id}")
    ResponseEntity<Detail> update(
            @PathVariable String tenant,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody Asked asked) {
        if (Role.of(id).isPresent()) {
            throw new ServiceException.Refused(
                    "Expected a role of the tenant: this one is built in");
        }
        var role = read(id, tenant, asked);
        return tagged(
                HttpStatus.OK,
                bindings.changeKeepingAnAdmin(
                        tenant,
                        () -> {
                            var before = roles.find(tenant, id).orElseThrow(() -> notFound(id));
                            EntityTag.require("role " + id, ifMatch, tag(view(before)));
                            return save(role, Optional.of(before));
                        }));
    }

    private static CustomRole read(String id, String tenant, Asked asked) {
        var name = asked.name() == null ? "" : asked.name().strip();
        if (name.isEmpty() || name.length() > 100) {
            throw new ServiceException.Invalid("name", "Expected a name of 1 to 100 characters");
        }
        if (Role.of(name.toLowerCase(Locale.ROOT)).isPresent()) {
            throw new ServiceException.Conflict("There is a built-in role " + name);
        }
        var permissions =
                asked.permissions() == null ? Map.<String, List<String>>of() : asked.permissions();
        permissions.forEach((resource, actions) -> {
            if (!resource.matches("[A-Z_]{1,40}")
                    || actions == null
                    || !actions.stream().allMatch(a -> a.matches("[A-Z_]{1,40}"))) {
                throw new ServiceException.Invalid(
                        "permissions." + resource, "Expected a list of actions for a resource");
            }
        });
        return new CustomRole(
                id,
                tenant,
                name,
                asked.description(),
                permissions,
                Boolean.TRUE.equals(asked.isDefault()));
    }

    /// In a change of the bindings.
    private Detail save(CustomRole role, Optional<CustomRole> before) {
        if (!Caller.current().mayAll(role.permissions(), "")
                || !before.map(b -> Caller.current().mayAll(b.permissions(), "")).orElse(true)) {
            throw new ServiceException.Forbidden(
                    "Expected a role that gives no more than you have yourself");
        }
        roles.save(role);
        audit.changed(
                role.tenant(),
                before.isPresent() ? "role.update" : "role.create",
                "role/" + role.id(),
                Difference.of(before.map(RolesController::fields).orElse(Map.of()), fields(role)));
        return view(role);
    }

    private static Map<String, Object> fields(CustomRole role) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", role.name());
        fields.put("description", String.valueOf(role.description()));
        fields.put("permissions", new TreeMap<>(role.asked()));
        return fields;
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String tenant, @PathVariable String id) {
        var role = roles.find(tenant, id).orElseThrow(() -> notFound(id));
        bindings.change(() -> {
            roles.delete(tenant, id);
            audit.changed(
                    tenant, "role.delete", "role/" + id, Difference.of(fields(role), Map.of()));
            return true;
        });
    }
}
