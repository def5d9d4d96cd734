// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Answer;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A cluster, as one task speaks to it.
public final class Cluster implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Path SERVICE_ACCOUNT =
            Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String MANAGER = "millrace";
    private static final Duration AWAY = Duration.ofMinutes(5);

    /// Such as `299 - "unknown field \"spec.replcas\""`.
    private static final Pattern WARNING = Pattern.compile("\\d{3} \\S+ \"(.*)\"");

    private final HttpApi api;
    private final HttpClient client;
    private final String url;
    private final Supplier<Map<String, String>> credentials;
    private final EgressPolicy egress;
    private final TaskContext context;
    private final Map<String, List<Map<String, @Nullable Object>>> known = new LinkedHashMap<>();

    private Cluster(
            String url,
            Supplier<Map<String, String>> credentials,
            @Nullable SSLContext tls,
            PluginSettings settings,
            TaskContext context)
            throws TaskFailedException {
        this.url = url.strip().replaceAll("/+$", "");
        this.credentials = credentials;
        this.egress = EgressPolicy.of(settings);
        this.context = context;
        this.api = new HttpApi("Kubernetes", this.url, credentials, tls, settings, context);
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        this.client = tls == null ? builder.build() : builder.sslContext(tls).build();
    }

    /// @param connection absent: the cluster that the worker runs in, if `kubernetes.in-cluster` is
    ///   set
    /// @throws TaskFailedException if it says too little
    public static Cluster open(
            @Nullable ClusterConnection connection, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        if (connection == null || connection.masterUrl() == null) {
            return own(settings, context);
        }
        var headers = new LinkedHashMap<String, String>();
        if (connection.oauthToken() != null) {
            headers.put("Authorization", "Bearer " + connection.oauthToken().strip());
        } else if (connection.username() != null && connection.password() != null) {
            headers.put(
                    "Authorization", HttpApi.basic(connection.username(), connection.password()));
        }
        var tls =
                Pem.tls(
                        connection.caCertData(),
                        connection.clientCertData(),
                        connection.clientKeyData(),
                        Boolean.TRUE.equals(connection.trustCerts())
                                || Boolean.TRUE.equals(connection.disableHostnameVerification()));
        var credentials = Map.copyOf(headers);
        return new Cluster(connection.masterUrl(), () -> credentials, tls, settings, context);
    }

    private static Cluster own(PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        var host = System.getenv("KUBERNETES_SERVICE_HOST");
        var port = System.getenv("KUBERNETES_SERVICE_PORT");
        if (!settings.flag("kubernetes.in-cluster", false) || host == null) {
            throw new TaskFailedException("Expected `connection` with `masterUrl`");
        }
        var named = host.contains(":") ? "[" + host + "]" : host;
        var url = "https://%s:%s".formatted(named, port == null ? "443" : port);
        return as(SERVICE_ACCOUNT, url, settings, context);
    }

    /// A cluster as a service account: the token ends after a while, an hour often, and a new one
    /// is put in its place before.
    ///
    /// @param account directory of its `token` and `ca.crt`
    static Cluster as(Path account, String url, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        var token = account.resolve("token");
        try {
            var trusted = Files.readString(account.resolve("ca.crt"));
            var first = Map.of("Authorization", "Bearer " + Files.readString(token).strip());
            return new Cluster(
                    url,
                    () -> {
                        try {
                            return Map.of(
                                    "Authorization", "Bearer " + Files.readString(token).strip());
                        } catch (IOException _) {
                            return first;
                        }
                    },
                    Pem.tls(trusted, null, null, false),
                    settings,
                    context);
        } catch (IOException e) {
            throw new TaskFailedException("Expected the service account of the worker's pod", e);
        }
    }

    /// The API itself.
    public HttpApi api() {
        return api;
    }

    // --- kinds -----------------------------------------------------------------------------------

    /// A kind of object as the cluster serves it.
    ///
    /// @param base such as `/apis/apps/v1`
    /// @param plural such as `deployments`
    public record Kind(
            String base, String apiVersion, String kind, String plural, boolean namespaced) {

        /// Where objects of it are.
        public String path(String namespace) {
            return namespaced
                    ? "%s/namespaces/%s/%s".formatted(base, HttpApi.segment(namespace), plural)
                    : base + "/" + plural;
        }

        public String path(String namespace, String name) {
            return path(namespace) + "/" + HttpApi.segment(name);
        }
    }

    /// @param apiVersion such as `v1` or `apps/v1`
    /// @param named kind, plural, singular or short name; case doesn't matter
    /// @throws TaskFailedException if the cluster doesn't know it
    public Kind kind(String apiVersion, String named)
            throws TaskFailedException, InterruptedException {
        var found = find(apiVersion, named);
        if (found == null) {
            throw new TaskFailedException(
                    "Kubernetes knows no %s of %s".formatted(named, apiVersion));
        }
        return found;
    }

    /// @param group absent: any, the core first
    /// @param version absent: what the cluster prefers
    public Kind kind(@Nullable String group, @Nullable String version, String named)
            throws TaskFailedException, InterruptedException {
        if (group != null && !group.isEmpty()) {
            return kind(group + "/" + (version == null ? preferred(group) : version), named);
        }
        var core = find("v1", named);
        if (core != null) {
            return core;
        }
        var away = new ArrayList<String>();
        if (group == null) {
            for (var one : groups()) {
                var preferred = HttpApi.text(one, "preferredVersion", "groupVersion");
                // others serve some of them: one that is away takes no other with it
                var found = preferred == null ? null : find(preferred, named, away);
                if (found != null) {
                    return found;
                }
            }
        }
        throw new TaskFailedException(
                "Kubernetes knows no "
                        + named
                        + (away.isEmpty() ? "" : "; it has no answer about " + away));
    }

    private List<?> groups() throws TaskFailedException, InterruptedException {
        return api.ask(Call.get("/apis")).object().get("groups") instanceof List<?> all
                ? all
                : List.of();
    }

    private String preferred(String group) throws TaskFailedException, InterruptedException {
        for (var one : groups()) {
            if (group.equals(HttpApi.text(one, "name"))) {
                var version = HttpApi.text(one, "preferredVersion", "version");
                if (version != null) {
                    return version;
                }
            }
        }
        throw new TaskFailedException("Kubernetes knows no API group " + group);
    }

    private @Nullable Kind find(String apiVersion, String named)
            throws TaskFailedException, InterruptedException {
        return find(apiVersion, named, null);
    }

    /// @param away takes an API version that isn't answered about; absent: that is a failure
    private @Nullable Kind find(String apiVersion, String named, @Nullable List<String> away)
            throws TaskFailedException, InterruptedException {
        var base = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        var resources = known.get(apiVersion);
        if (resources == null) {
            var answer = away == null ? api.send(Call.get(base)) : api.sendOnce(Call.get(base));
            if (away != null && answer.status() >= 500) {
                away.add(apiVersion);
                return null;
            }
            if (answer.status() == 404) {
                return null;
            }
            resources = objects(answer.orFail().object().get("resources"));
            known.put(apiVersion, resources);
        }
        for (var resource : resources) {
            var name = String.valueOf(resource.get("name"));
            boolean matches =
                    named.equalsIgnoreCase(name)
                            || named.equalsIgnoreCase(HttpApi.text(resource, "kind"))
                            || named.equalsIgnoreCase(HttpApi.text(resource, "singularName"))
                            || (resource.get("shortNames") instanceof List<?> all
                                    && all.contains(named));
            if (matches && !name.contains("/")) {
                return new Kind(
                        base,
                        apiVersion,
                        String.valueOf(resource.get("kind")),
                        name,
                        Boolean.TRUE.equals(resource.get("namespaced")));
            }
        }
        return null;
    }

    /// Elements of a list that are objects.
    public static List<Map<String, @Nullable Object>> objects(@Nullable Object list) {
        var objects = new ArrayList<Map<String, @Nullable Object>>();
        if (list instanceof List<?> all) {
            for (var one : all) {
                objects.add(object(one));
            }
        }
        return objects;
    }

    /// An object, empty if it is none.
    public static Map<String, @Nullable Object> object(@Nullable Object value) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> object.put(String.valueOf(name), field));
        }
        return object;
    }

    // --- objects ---------------------------------------------------------------------------------

    /// Makes an object what it should be, or makes it (server-side apply).
    ///
    /// @param object with apiVersion, kind and metadata.name
    /// @return the object as it is now
    public Map<String, @Nullable Object> apply(
            Map<String, @Nullable Object> object, String otherwise, boolean force)
            throws TaskFailedException, InterruptedException {
        var apiVersion = HttpApi.text(object, "apiVersion");
        var kindName = HttpApi.text(object, "kind");
        var name = HttpApi.text(object, "metadata", "name");
        if (apiVersion == null || kindName == null || name == null) {
            throw new TaskFailedException("Expected objects with apiVersion, kind, metadata.name");
        }
        var kind = kind(apiVersion, kindName);
        var namespace = HttpApi.text(object, "metadata", "namespace");
        var path = kind.path(namespace == null ? otherwise : namespace, name);
        var json = Call.json("PATCH", path, object).body();
        return change(
                new Call(
                        "PATCH",
                        path + "?fieldManager=%s&force=%s".formatted(MANAGER, force),
                        Map.of(),
                        "application/apply-patch+yaml", // JSON is YAML
                        json));
    }

    /// Asks for a change. What the cluster warns of is logged: a field that it doesn't know and
    /// leaves out, an API that ends, a policy that only warns.
    ///
    /// @return the object as it is now
    public Map<String, @Nullable Object> change(Call call)
            throws TaskFailedException, InterruptedException {
        var answer = api.ask(call);
        for (var header : new LinkedHashSet<>(answer.headers().allValues("Warning"))) {
            var warning = WARNING.matcher(header);
            context.log()
                    .warn(
                            "Kubernetes warns: "
                                    + (warning.matches()
                                            ? warning.group(1).replaceAll("\\\\(.)", "$1")
                                            : header));
        }
        return answer.object();
    }

    /// One object, or nothing.
    public @Nullable Map<String, @Nullable Object> get(Kind kind, String namespace, String name)
            throws TaskFailedException, InterruptedException {
        var answer = api.send(Call.get(kind.path(namespace, name)));
        if (answer.status() == 404) {
            return null;
        }
        return answer.orFail().object();
    }

    /// The same of one that is followed: an API server that is away for a while is waited for.
    public @Nullable Map<String, @Nullable Object> look(Kind kind, String namespace, String name)
            throws TaskFailedException, InterruptedException {
        var answer = api.sendPatiently(Call.get(kind.path(namespace, name)), AWAY);
        if (answer.status() == 404) {
            return null;
        }
        return answer.orFail().object();
    }

    /// A name that is free: of a task's id, as objects may be called.
    public static String name(String prefix, String taskId) {
        var task = taskId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        var part = (prefix + task).replaceAll("^-+", "");
        var short40 = part.length() > 40 ? part.substring(0, 40) : part;
        return short40.replaceAll("-+$", "") + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /// What is done with each object of a list.
    @FunctionalInterface
    public interface Each {
        /// @return whether more are wanted
        boolean take(Map<String, @Nullable Object> object)
                throws TaskFailedException, InterruptedException, IOException;
    }

    /// All objects, page by page.
    ///
    /// @param query such as `labelSelector=a%3Db`; may be empty
    public void each(Kind kind, String namespace, String query, Each each)
            throws TaskFailedException, InterruptedException, IOException {
        pages(kind, namespace, query, each, api::send);
    }

    /// The same where something is followed: an API server that is away for a while is waited for.
    public void lookAtEach(Kind kind, String namespace, String query, Each each)
            throws TaskFailedException, InterruptedException, IOException {
        pages(kind, namespace, query, each, call -> api.sendPatiently(call, AWAY));
    }

    private interface Asking {
        Answer ask(Call call) throws TaskFailedException, InterruptedException;
    }

    private static void pages(Kind kind, String namespace, String query, Each each, Asking asking)
            throws TaskFailedException, InterruptedException, IOException {
        var next = "";
        do {
            var path = kind.path(namespace) + "?limit=500" + (query.isEmpty() ? "" : "&" + query);
            var asked = next.isEmpty() ? path : path + "&continue=" + HttpApi.segment(next);
            var page = asking.ask(Call.get(asked)).orFail().object();
            for (Map<String, @Nullable Object> object : objects(page.get("items"))) {
                object.putIfAbsent("apiVersion", kind.apiVersion());
                object.putIfAbsent("kind", kind.kind());
                if (!each.take(object)) {
                    return;
                }
            }
            var more = HttpApi.text(page, "metadata", "continue");
            next = more == null ? "" : more;
        } while (!next.isEmpty());
    }

    /// Deletes an object with all that belongs to it.
    ///
    /// @return whether it was there
    public boolean delete(Kind kind, String namespace, String name, @Nullable Duration grace)
            throws TaskFailedException, InterruptedException {
        var answer =
                api.send(
                        Call.of(
                                "DELETE",
                                kind.path(namespace, name)
                                        + "?propagationPolicy=Background"
                                        + (grace == null
                                                ? ""
                                                : "&gracePeriodSeconds=" + grace.toSeconds())));
        if (answer.status() == 404) {
            return false;
        }
        answer.orFail();
        return true;
    }

    /// Whether a condition of an object holds.
    public static boolean holds(@Nullable Object object, String condition) {
        return objects(HttpApi.at(object, "status", "conditions")).stream()
                .anyMatch(c -> condition.equals(c.get("type")) && "True".equals(c.get("status")));
    }

    // --- what goes on ----------------------------------------------------------------------------

    /// What is done with an answer while it comes.
    @FunctionalInterface
    public interface Reading {
        void read(InputStream content) throws IOException;
    }

    /// Reads an answer for as long as it comes, such as a log that is followed.
    ///
    /// @return the answer, if it isn't good
    public @Nullable Answer follow(String path, Reading reading)
            throws IOException, TaskFailedException, InterruptedException {
        var uri = URI.create(url + path);
        egress.check(uri);
        var request = HttpRequest.newBuilder(uri).setHeader("User-Agent", "Millrace");
        credentials.get().forEach(request::setHeader);
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var content = response.body()) {
            if (response.statusCode() >= 300) {
                return new Answer(
                        "Kubernetes",
                        response.statusCode(),
                        response.headers(),
                        new String(content.readNBytes(1 << 20), StandardCharsets.UTF_8));
            }
            reading.read(content);
            return null;
        }
    }

    /// Runs a command in a container of a pod.
    ///
    /// @param input given to it, or absent
    /// @param output takes its standard output
    /// @throws TaskFailedException if it fails, or isn't permitted
    public void exec(
            String namespace,
            String pod,
            String container,
            List<String> command,
            @Nullable Path input,
            Exec.Output output,
            Duration within)
            throws IOException, TaskFailedException, InterruptedException {
        var query = new StringBuilder("stdout=true&stderr=true&container=");
        query.append(HttpApi.segment(container));
        if (input != null) {
            query.append("&stdin=true");
        }
        command.forEach(part -> query.append("&command=").append(HttpApi.segment(part)));
        var uri =
                URI.create(
                        url.replaceFirst("^http", "ws")
                                + "/api/v1/namespaces/%s/pods/%s/exec?%s"
                                        .formatted(
                                                HttpApi.segment(namespace),
                                                HttpApi.segment(pod),
                                                query));
        egress.check(URI.create(url));
        var exec = new Exec(output);
        var builder = client.newWebSocketBuilder().connectTimeout(CONNECT);
        credentials.get().forEach(builder::header);
        builder.subprotocols("v5.channel.k8s.io", "v4.channel.k8s.io");
        try {
            var socket = builder.buildAsync(uri, exec).get(30, TimeUnit.SECONDS);
            try {
                if (input != null) {
                    exec.send(socket, input);
                }
                exec.await(within);
            } finally {
                socket.abort();
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            throw new TaskFailedException("A command in pod %s took too long".formatted(pod), e);
        }
    }

    private static TaskFailedException failure(@Nullable Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            return new TaskFailedException(
                    status == 401 || status == 403
                            ? "Kubernetes doesn't permit running commands in pods (%d): that takes get and create of pods/exec"
                                    .formatted(status)
                            : "Kubernetes answered %d to a command in a pod".formatted(status),
                    refused);
        }
        return new TaskFailedException(
                "A command in a pod failed: " + (cause == null ? "" : cause.getMessage()),
                cause == null ? new IOException() : cause);
    }

    @Override
    public void close() {
        api.close();
        client.shutdownNow();
    }
}
