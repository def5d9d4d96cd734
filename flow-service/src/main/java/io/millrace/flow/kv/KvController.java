// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.flow.tasks.Globs;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// The key-value store over REST, in Kestra's paths and shapes.
@RestController
@RequestMapping("/api/v1/{tenant}")
class KvController {
    private static final Map<String, String> SORTABLE =
            Map.of(
                    "key", "e.key",
                    "namespace", "e.namespace",
                    "version", "e.version",
                    "updateDate", "e.updated_at",
                    "creationDate", "e.created_at",
                    "expirationDate", "e.expires_at");

    private final KeyValues keyValues;
    private final Access access;

    KvController(KeyValues keyValues, Access access) {
        this.keyValues = keyValues;
        this.access = access;
    }

    record TypedValue(KvType type, @Nullable JsonNode value) {}

    /// @param revision the same as `version`, under its other name
    /// @param updated the same as `updateDate`, under its other name
    record Detail(
            KvType type,
            @Nullable JsonNode value,
            String namespace,
            String key,
            int version,
            int revision,
            @Nullable String description,
            Instant creationDate,
            Instant updateDate,
            Instant updated,
            @Nullable Instant expirationDate) {

        static Detail of(KeyValues.Found found) {
            var entry = found.entry();
            return new Detail(
                    found.value().type(),
                    found.value().value(),
                    entry.namespace(),
                    entry.key(),
                    entry.version(),
                    entry.version(),
                    entry.description(),
                    entry.creationDate(),
                    entry.updateDate(),
                    entry.updateDate(),
                    entry.expirationDate());
        }
    }

    record Version(
            int version,
            KvType type,
            @Nullable JsonNode value,
            Instant creationDate,
            String createdBy) {}

    record Keys(@Nullable List<String> keys) {}

    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search for keys of all namespaces")
    @GetMapping("/kv")
    CursorResults<KvEntry> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String query,
            @RequestParam(required = false) @Nullable String namespace,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var scope = access.scope(Permission.KV_READ);
        var patterns = scope.likePatterns();
        if (namespace != null) {
            access.require(Permission.KV_READ, namespace);
            patterns = Globs.namespaces(List.of(namespace), true);
        }
        var text = q == null ? query : q;
        var page =
                keyValues.search(
                        new KvRows.Search(
                                Caller.current().tenant(),
                                patterns,
                                text == null ? "" : text,
                                paging.orderBy(SORTABLE, KvRows.BY_NAME)),
                        Place.parse(cursor, 2, paging),
                        paging.size(),
                        paging.offset());
        return CursorResults.of(
                page.entries(),
                page.total(),
                paging,
                entry -> Place.of(entry.namespace(), entry.key()));
    }

    @Operation(summary = "List the keys of a namespace")
    @GetMapping("/namespaces/{namespace}/kv")
    List<KvEntry> list(
            @PathVariable String namespace, @RequestParam(defaultValue = "") String prefix) {
        access.require(Permission.KV_READ, namespace);
        return keyValues.list(Caller.current().tenant(), List.of(namespace), prefix);
    }

    @Operation(summary = "List the keys that a namespace inherits from those above it")
    @GetMapping("/namespaces/{namespace}/kv/inheritance")
    List<KvEntry> inherited(@PathVariable String namespace) {
        access.require(Permission.KV_READ, namespace);
        var lineage = TaskReach.lineage(namespace);
        var entries = keyValues.list(Caller.current().tenant(), lineage, "");
        var seen = new HashSet<String>();
        var inherited = new ArrayList<KvEntry>();
        for (var ancestor : lineage) {
            for (var entry : entries) {
                boolean here = entry.namespace().equals(ancestor);
                if (here && seen.add(entry.key()) && !ancestor.equals(namespace)) {
                    inherited.add(entry);
                }
            }
        }
        return inherited;
    }

    @Operation(summary = "Get the value of a key")
    @GetMapping("/namespaces/{namespace}/kv/{key}")
    ResponseEntity<TypedValue> get(@PathVariable String namespace, @PathVariable String key) {
        access.require(Permission.KV_READ, namespace);
        var found = keyValues.get(ref(namespace, key));
        return ResponseEntity.ok()
                .eTag(found.entry().etag())
                .body(new TypedValue(found.value().type(), found.value().value()));
    }

    @Operation(summary = "Get the value of a key with all that is known of it")
    @GetMapping("/namespaces/{namespace}/kv/{key}/detail")
    ResponseEntity<Detail> detail(@PathVariable String namespace, @PathVariable String key) {
        access.require(Permission.KV_READ, namespace);
        var found = keyValues.get(ref(namespace, key));
        return ResponseEntity.ok().eTag(found.entry().etag()).body(Detail.of(found));
    }

    @Operation(summary = "Get the last values of a key, the newest first")
    @GetMapping("/namespaces/{namespace}/kv/{key}/versions")
    List<Version> versions(@PathVariable String namespace, @PathVariable String key) {
        access.require(Permission.KV_READ, namespace);
        return keyValues.versions(ref(namespace, key)).stream()
                .map(v ->
                        new Version(
                                v.version(),
                                v.type(),
                                KvValue.JSON.readTree(v.value()),
                                v.createdAt(),
                                v.createdBy()))
                .toList();
    }

    /// @param named the description, if it isn't in a header, where no character is beyond Latin-1
    @Operation(summary = "Set the value of a key")
    @PutMapping("/namespaces/{namespace}/kv/{key}")
    ResponseEntity<Void> put(
            @PathVariable String namespace,
            @PathVariable String key,
            @RequestHeader(name = "ttl", required = false) @Nullable String ttl,
            @RequestHeader(name = "description", required = false) @Nullable String description,
            @RequestParam(name = "description", required = false) @Nullable String named,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestParam(defaultValue = "true") boolean overwrite,
            @RequestBody String value) {
        access.require(Permission.KV_UPDATE, namespace);
        int version =
                keyValues.put(
                        ref(namespace, key),
                        new KeyValues.Put(
                                KvValue.parse(value),
                                overwrite,
                                ttl == null || ttl.isBlank() ? null : duration(ttl),
                                named == null ? description : named,
                                ifMatch,
                                null),
                        Caller.current().subject());
        return ResponseEntity.ok().eTag("\"" + version + "\"").build();
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text.strip());
        } catch (DateTimeParseException _) {
            throw new ServiceException.Invalid(
                    "ttl", "Illegal argument: expected a duration like PT5M but got " + text);
        }
    }

    @Operation(summary = "Delete a key with all its versions; says whether there was one")
    @DeleteMapping("/namespaces/{namespace}/kv/{key}")
    boolean delete(@PathVariable String namespace, @PathVariable String key) {
        access.require(Permission.KV_DELETE, namespace);
        return !keyValues
                .delete(
                        Caller.current().tenant(),
                        namespace,
                        List.of(key),
                        Caller.current().subject())
                .isEmpty();
    }

    @Operation(summary = "Delete keys; says which of them were there")
    @DeleteMapping("/namespaces/{namespace}/kv")
    Keys deleteAll(@PathVariable String namespace, @RequestBody Keys request) {
        access.require(Permission.KV_DELETE, namespace);
        var keys = request.keys() == null ? List.<String>of() : request.keys();
        return new Keys(
                keyValues.delete(
                        Caller.current().tenant(), namespace, keys, Caller.current().subject()));
    }

    private static KeyValues.Ref ref(String namespace, String key) {
        return new KeyValues.Ref(Caller.current().tenant(), namespace, key);
    }
}
