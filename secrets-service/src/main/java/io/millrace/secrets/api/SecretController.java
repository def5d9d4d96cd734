// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.Paging;
import io.millrace.secrets.store.SecretMetadata;
import io.millrace.secrets.store.Secrets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The secrets of a namespace, for users: names, descriptions and tags. Values go in, never out.
@RestController
@RequestMapping("/api/v1/{tenant}/namespaces/{namespace}")
class SecretController {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,149}");
    private static final int MOST_TAGS = 50;
    private static final int MOST_CHARS = 1_000;
    private static final int TRIES = 3;
    private static final Duration SHORTEST_USE = Duration.ofHours(1);
    private static final Duration LONGEST_USE = Duration.ofDays(3660);

    private final Secrets secrets;
    private final Access access;
    private final int maxValueBytes;

    SecretController(
            Secrets secrets,
            Access access,
            @Value("${millrace.secrets.max-value-bytes}") int maxValueBytes) {
        this.secrets = secrets;
        this.access = access;
        this.maxValueBytes = maxValueBytes;
    }

    record Tag(@Nullable String key, @Nullable String value) {}

    record SecretPut(
            @Nullable String key,
            @Nullable String value,
            @Nullable String description,
            @Nullable List<Tag> tags,
            @Nullable String rotateEvery) {

        /// Not the value: requests end up in debug logs.
        @Override
        public String toString() {
            return "SecretPut[key=" + key + "]";
        }
    }

    record SecretPatch(
            @Nullable String key,
            @Nullable String description,
            @Nullable List<Tag> tags,
            @Nullable String rotateEvery) {}

    /// @param rotatedAt when it got its present value
    /// @param rotateEvery how long a value ought to be used, as in ISO 8601
    /// @param rotateAt when it ought to get another
    record SecretView(
            String key,
            @Nullable String description,
            List<SecretMetadata.Tag> tags,
            int version,
            Instant updatedAt,
            String updatedBy,
            Instant rotatedAt,
            @Nullable String rotateEvery,
            @Nullable Instant rotateAt) {
        static SecretView of(SecretMetadata secret) {
            var every = secret.rotateEvery();
            return new SecretView(
                    secret.name(),
                    secret.description(),
                    secret.tags(),
                    secret.version(),
                    secret.updatedAt(),
                    secret.updatedBy(),
                    secret.rotatedAt(),
                    every == null ? null : text(every),
                    secret.rotateAt());
        }

        /// In days where it is whole ones: `PT2160H` is 90 days to nobody.
        private static String text(Duration every) {
            return every.equals(Duration.ofDays(every.toDays()))
                    ? "P" + every.toDays() + "D"
                    : every.toString();
        }
    }

    /// @param nextCursor what to ask for the next page with; absent at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SecretPage(
            @JsonProperty("readOnly") boolean readOnly,
            List<SecretView> results,
            long total,
            @Nullable String nextCursor) {}

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/secrets")
    SecretPage list(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @RequestParam(defaultValue = "1") int page,
            @RequestParam(defaultValue = "10") int size,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "") String q) {
        access.require(Permission.SECRET_READ, namespace);
        if (page < 1 || size < 1 || size > 1_000) {
            throw new ServiceException.Invalid("page", "Expected page ≥ 1 and 1 ≤ size ≤ 1000");
        }
        var found = secrets.search(tenant, namespace, q, new Paging(page, size, List.of()), cursor);
        return new SecretPage(
                !access.allows(Permission.SECRET_UPDATE, namespace),
                found.results().stream().map(SecretView::of).toList(),
                found.total(),
                found.nextCursor());
    }

    @GetMapping("/inherited-secrets")
    Map<String, List<String>> inherited(
            @PathVariable String tenant, @PathVariable String namespace) {
        access.require(Permission.SECRET_READ, namespace);
        return secrets.inherited(tenant, namespace);
    }

    @PutMapping("/secrets")
    List<SecretView> put(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @RequestBody SecretPut body) {
        access.require(Permission.SECRET_UPDATE, namespace);
        var wrong = new ArrayList<Violation>();
        var name = body.key() == null ? "" : body.key();
        if (!NAME.matcher(name).matches()) {
            wrong.add(Violation.of("key", "must match " + NAME));
        }
        if (!NAMESPACE.matcher(namespace).matches()) {
            wrong.add(Violation.of("namespace", "must match " + NAMESPACE));
        }
        var value = body.value();
        if (value == null || value.isEmpty()) {
            wrong.add(Violation.of("value", "must not be empty"));
        } else if (value.getBytes(StandardCharsets.UTF_8).length > maxValueBytes) {
            wrong.add(Violation.of("value", "must have at most %d bytes".formatted(maxValueBytes)));
        }
        var description = describe(body.description(), body.tags(), body.rotateEvery(), wrong);
        if (!wrong.isEmpty() || value == null) {
            throw new ServiceException.Invalid("Expected a secret with a key and a value", wrong);
        }
        var ref = new Secrets.Ref(tenant, namespace, name);
        secrets.prepare(tenant, true);
        return List.of(SecretView.of(put(ref, value, description)));
    }

    /// Two who write the same secret at once both succeed, one after the other.
    private SecretMetadata put(Secrets.Ref ref, String value, Secrets.Description description) {
        for (int tries = 1; ; tries++) {
            try {
                return secrets.put(ref, value, description, Caller.current().subject());
            } catch (OptimisticLockingFailureException | DataIntegrityViolationException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    @PatchMapping("/secrets/{key}")
    List<SecretView> patch(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String key,
            @RequestBody SecretPatch body) {
        access.require(Permission.SECRET_UPDATE, namespace);
        var wrong = new ArrayList<Violation>();
        var description = describe(body.description(), body.tags(), body.rotateEvery(), wrong);
        if (!wrong.isEmpty()) {
            throw new ServiceException.Invalid("Expected a description and tags", wrong);
        }
        var ref = new Secrets.Ref(tenant, namespace, key);
        return secrets.describe(ref, description, Caller.current().subject())
                .map(secret -> List.of(SecretView.of(secret)))
                .orElseThrow(() -> notFound(namespace, key));
    }

    @DeleteMapping("/secrets/{key}")
    List<String> delete(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String key) {
        access.require(Permission.SECRET_DELETE, namespace);
        if (!secrets.delete(new Secrets.Ref(tenant, namespace, key), Caller.current().subject())) {
            throw notFound(namespace, key);
        }
        return List.of(key);
    }

    private static Secrets.Description describe(
            @Nullable String text,
            @Nullable List<Tag> tags,
            @Nullable String rotateEvery,
            List<Violation> wrong) {
        if (text != null && text.length() > MOST_CHARS) {
            wrong.add(
                    Violation.of(
                            "description",
                            "must have at most %d characters".formatted(MOST_CHARS)));
        }
        var read = new ArrayList<SecretMetadata.Tag>();
        for (var tag : tags == null ? List.<Tag>of() : tags) {
            if (tag.key() == null || tag.key().isBlank() || tag.value() == null) {
                wrong.add(Violation.of("tags", "must have a key and a value each"));
            } else {
                read.add(new SecretMetadata.Tag(tag.key(), tag.value()));
            }
        }
        if (read.size() > MOST_TAGS) {
            wrong.add(Violation.of("tags", "must be at most %d".formatted(MOST_TAGS)));
        }
        return new Secrets.Description(
                text, tags == null ? null : List.copyOf(read), rotateEvery(rotateEvery, wrong));
    }

    /// @return zero for an empty text: it needn't be rotated
    private static @Nullable Duration rotateEvery(@Nullable String text, List<Violation> wrong) {
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            return Duration.ZERO;
        }
        try {
            var every = Duration.parse(text);
            if (every.compareTo(SHORTEST_USE) >= 0 && every.compareTo(LONGEST_USE) <= 0) {
                return every;
            }
        } catch (DateTimeParseException _) {
            // said below
        }
        wrong.add(
                Violation.of(
                        "rotateEvery",
                        "must be from one hour to ten years, such as P90D, or empty"));
        return null;
    }

    private static ServiceException.NotFound notFound(String namespace, String key) {
        return new ServiceException.NotFound(
                "Not Found: secret '%s' of namespace '%s'".formatted(key, namespace));
    }
}
