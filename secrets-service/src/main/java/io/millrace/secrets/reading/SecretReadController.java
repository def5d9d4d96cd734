// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.reading;

import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.backend.Backends;
import io.millrace.secrets.store.Namespaces;
import io.millrace.secrets.store.Secrets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Values for running tasks. Whose they are is in the task's token, never in the request.
@RestController
class SecretReadController {
    private final Secrets secrets;
    private final Backends backends;
    private final ReadLimits limits;

    SecretReadController(Secrets secrets, Backends backends, ReadLimits limits) {
        this.secrets = secrets;
        this.backends = backends;
        this.limits = limits;
    }

    /// @param namespace the token's own namespace or one above it; the token's if absent
    record ReadRequest(@Nullable List<String> names, @Nullable String namespace) {}

    @PostMapping("/internal/secrets/read")
    ResponseEntity<Map<String, String>> read(@RequestBody ReadRequest request) {
        var task = TaskIdentity.current();
        var names =
                new LinkedHashSet<>(request.names() == null ? List.<String>of() : request.names());
        if (names.isEmpty() || names.size() > limits.maxNames()) {
            throw new ServiceException.Invalid(
                    "names", "Expected 1 to %d names".formatted(limits.maxNames()));
        }
        if (!limits.tryRead(task.tenant())) {
            throw new ServiceException.TooMany(
                    "Too many secrets are read at once", Duration.ofSeconds(1));
        }
        var namespace = namespaceOf(task, request.namespace());
        secrets.prepare(task.tenant(), false);
        var reading =
                secrets.read(
                        task.tenant(),
                        namespace,
                        List.copyOf(names),
                        task.subject(),
                        details(task),
                        backends.read(task.tenant(), Namespaces.lineage(namespace), names));
        return switch (reading) {
            case Secrets.Reading.Values(var byName) ->
                    ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(byName);
            case Secrets.Reading.Missing(var missing) ->
                    throw new ServiceException.NotFound(
                            missing.stream()
                                    .map(name ->
                                            "Unable to find secret '%s' in namespace '%s'"
                                                    .formatted(name, namespace))
                                    .collect(Collectors.joining("; ")));
        };
    }

    /// A task reads what its own namespace may read; asked for any other, the secret isn't there.
    private static String namespaceOf(TaskIdentity task, @Nullable String asked) {
        if (asked == null || asked.equals(task.namespace())) {
            return task.namespace();
        }
        if (task.namespace().startsWith(asked + ".")) {
            return asked;
        }
        throw new ServiceException.NotFound(
                "Unable to find secrets of namespace '%s' from namespace '%s'"
                        .formatted(asked, task.namespace()));
    }

    private static Map<String, String> details(TaskIdentity task) {
        var details = new LinkedHashMap<String, String>();
        details.put("namespace", task.namespace());
        details.put("flow", task.flow());
        details.put("execution", task.execution());
        return details;
    }
}
