// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.KestraClient;
import io.kestra.sdk.internal.ApiException;
import io.kestra.sdk.internal.BaseApi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/// What came of each operation of the published client, which are found by reflection so that none
/// can be forgotten.
final class ClientTable {
    private final KestraClient client;
    private final Map<String, Map<String, Outcome>> outcomes = new TreeMap<>();
    private final List<String> surprises = new ArrayList<>();
    private final AtomicReference<String> request = new AtomicReference<>("");

    /// @param request method and path of the call
    /// @param result `works`, or the status of the answer and why
    private record Outcome(String request, String result) {}

    ClientTable(KestraClient client) {
        this.client = client;
        for (var api : apis()) {
            api.getApiClient()
                    .setHttpClient(
                            HttpClients.custom()
                                    .addRequestInterceptorFirst((sent, _, _) ->
                                            request.set(sent.getMethod() + " " + sent.getPath()))
                                    .build());
        }
    }

    /// What an operation gives, or nothing if it fails: then the table says so, and so does
    /// [#surprises()].
    <T> @Nullable T works(String operation, Callable<T> call) {
        try {
            T result = call.call();
            note(operation, "works");
            return result;
        } catch (Exception e) {
            note(operation, "fails");
            surprises.add(operation + ": " + request.get() + ": " + reason(e));
            return null;
        }
    }

    /// An operation without an answer.
    interface Action {
        void run() throws Exception;
    }

    boolean does(String operation, Action action) {
        return Boolean.TRUE.equals(
                works(
                        operation,
                        () -> {
                            action.run();
                            return true;
                        }));
    }

    /// A call that isn't an operation to be shown.
    <T> @Nullable T beside(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            surprises.add("beside: " + request.get() + ": " + reason(e));
            return null;
        }
    }

    /// Notes what isn't as it should be although the operation gave something.
    void expect(String operation, boolean good, Object found) {
        if (!good) {
            surprises.add(operation + ": " + found);
            note(operation, "fails");
        }
    }

    /// Calls an operation with values of the right types, which must be refused: there is no such
    /// path (404), or it has other methods (405).
    void refused(String operation, String why) {
        try {
            var method = method(operation);
            Object result = method.invoke(api(operation), arguments(method));
            if (result instanceof Flux<?> flux) {
                flux.blockFirst();
            }
            surprises.add(operation + ": works, but was said not to");
            note(operation, "works");
        } catch (InvocationTargetException e) {
            refused(operation, why, e.getCause());
        } catch (RuntimeException e) {
            refused(operation, why, e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// An operation that is answered, whatever is asked: by a status that says no.
    void answers(String operation, int status, String why, Action call) {
        try {
            call.run();
            surprises.add(operation + ": works, but was said not to");
            note(operation, "works");
        } catch (ApiException e) {
            expectStatus(operation, status, why, e);
        } catch (Exception e) {
            surprises.add(operation + ": " + e);
            note(operation, "fails");
        }
    }

    private void expectStatus(String operation, int status, String why, ApiException e) {
        note(operation, e.getCode() + ": " + why);
        expect(operation, e.getCode() == status, reason(e));
    }

    private void refused(String operation, String why, @Nullable Throwable e) {
        if (e instanceof ApiException answer
                && (answer.getCode() == 404 || answer.getCode() == 405)) {
            note(operation, answer.getCode() + ": " + why);
        } else {
            surprises.add(operation + ": expected 404 or 405 but " + e);
            note(operation, "fails");
        }
    }

    private void note(String operation, String result) {
        int dot = operation.indexOf('.');
        var path = request.get().replaceFirst("\\?.*", "");
        outcomes.computeIfAbsent(operation.substring(0, dot), _ -> new TreeMap<>())
                .put(operation.substring(dot + 1), new Outcome(path, result));
        request.set("");
    }

    private static String reason(Exception e) {
        if (e instanceof ApiException answer) {
            return answer.getCode() + " " + answer.getResponseBody() + " " + answer.getMessage();
        }
        return e.toString();
    }

    /// What didn't go as it was said.
    List<String> surprises() {
        return List.copyOf(surprises);
    }

    /// Operations that nobody called.
    List<String> forgotten() {
        return operations().stream()
                .filter(o -> {
                    int dot = o.indexOf('.');
                    return !outcomes.getOrDefault(o.substring(0, dot), Map.of())
                            .containsKey(o.substring(dot + 1));
                })
                .toList();
    }

    private List<String> operations() {
        return apis().stream()
                .flatMap(api -> methods(api).map(m -> name(api) + "." + m.getName()))
                .distinct()
                .sorted()
                .toList();
    }

    private static String name(BaseApi api) {
        return api.getClass().getSimpleName().replaceFirst("Api$", "");
    }

    private static Stream<Method> methods(BaseApi api) {
        return Arrays.stream(api.getClass().getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
                .filter(m -> !m.getName().equals("invokeAPI"))
                // variants of the same operation, with headers
                .filter(m ->
                        m.getParameterCount() == 0
                                || m.getParameterTypes()[m.getParameterCount() - 1] != Map.class);
    }

    private List<BaseApi> apis() {
        return Arrays.stream(KestraClient.class.getMethods())
                .filter(m -> BaseApi.class.isAssignableFrom(m.getReturnType()))
                .map(m -> {
                    try {
                        return (BaseApi) m.invoke(client);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(e.toString(), e);
                    }
                })
                .sorted(Comparator.comparing(ClientTable::name))
                .toList();
    }

    private BaseApi api(String operation) {
        return apis().stream()
                .filter(a -> operation.startsWith(name(a) + "."))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No operation " + operation));
    }

    private Method method(String operation) {
        return methods(api(operation))
                .filter(m -> operation.endsWith("." + m.getName()))
                .min(Comparator.comparing(Method::getParameterCount))
                .orElseThrow(() -> new AssertionError("No operation " + operation));
    }

    private static @Nullable Object[] arguments(Method method) {
        return Arrays.stream(method.getParameters())
                .map(p -> p.getName().equals("tenant") ? "main" : argument(p.getType()))
                .toArray();
    }

    private static @Nullable Object argument(Class<?> type) {
        if (type == String.class) {
            return "x";
        }
        if (type == URI.class) {
            return URI.create("kestra:///x");
        }
        if (type == List.class) {
            return List.of();
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        try {
            return type.getPackageName().startsWith("io.kestra")
                    ? type.getConstructor().newInstance()
                    : null;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.toString(), e);
        }
    }

    /// The table as a page.
    ///
    /// @param ids what stands in paths for this run alone, and what it is
    String page(String version, Map<String, String> ids) {
        var text =
                new StringBuilder(
                        """
                        # Kestra's published client

                        `io.kestra:kestra-api-client` %s, unmodified, against the gateway of a running suite. `PublishedClientIT` calls each of
                        its %d operations, found by reflection, and makes this page: %d work. What isn't there is answered with
                        404, or 405 where its path has other methods, and a problem document; what is refused says why.

                        """
                                .formatted(version, operations().size(), working()));
        outcomes.forEach((api, operations) -> {
            text.append("## ").append(api).append("\n\n");
            text.append("| operation | request | |\n| --- | --- | --- |\n");
            operations.forEach((name, outcome) ->
                    text.append(
                            "| `%s` | `%s` | %s |%n"
                                    .formatted(
                                            name,
                                            generic(outcome.request(), ids),
                                            outcome.result())));
            text.append('\n');
        });
        return text.toString().stripTrailing() + "\n";
    }

    private long working() {
        return outcomes.values().stream()
                .flatMap(o -> o.values().stream())
                .filter(o -> o.result().equals("works"))
                .count();
    }

    private static String generic(String request, Map<String, String> ids) {
        var path = request;
        for (var id : ids.entrySet()) {
            path = path.replaceAll("(?<=/)" + id.getKey() + "(?=/|$)", "{" + id.getValue() + "}");
        }
        return path.replaceFirst("/api/v1", "");
    }
}
