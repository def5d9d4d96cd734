// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// In the place of Google Cloud Storage, which can't be run: keeps buckets and objects as its JSON
/// API is documented, and gives tokens for assertions that are signed with the account's key.
final class GcsStandIn implements AutoCloseable {
    static final String EMAIL = "ops@project.iam.gserviceaccount.com";

    /// Few, so that a listing has several pages.
    private final AtomicLong generations = new AtomicLong();

    private static final int PAGE = 2;

    private final HttpServer server;
    private final KeyPair key;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, NavigableMap<String, Stored>> buckets = new TreeMap<>();
    private final Map<String, Upload> uploads = new HashMap<>();

    /// What it was asked, such as `PUT /upload/…`.
    final List<String> asked = new CopyOnWriteArrayList<>();

    private int refusals;

    private record Stored(byte[] content, Map<String, Object> about) {}

    private record Upload(
            String bucket, Map<String, Object> about, ByteArrayOutputStream content) {}

    private record Reply(int status, Map<String, String> headers, byte[] body) {
        static Reply json(Object value) {
            return new Reply(
                    200,
                    Map.of("Content-Type", "application/json"),
                    JsonMapper.shared().writeValueAsBytes(value));
        }

        static Reply error(int status, String message) {
            return new Reply(
                    status,
                    Map.of(),
                    JsonMapper.shared()
                            .writeValueAsBytes(
                                    Map.of("error", Map.of("code", status, "message", message))));
        }

        static Reply empty(int status) {
            return new Reply(status, Map.of(), new byte[0]);
        }
    }

    private GcsStandIn(HttpServer server, KeyPair key) {
        this.server = server;
        this.key = key;
    }

    static GcsStandIn start() throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var standIn = new GcsStandIn(server, generator.generateKeyPair());
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", standIn::answer);
        server.start();
        return standIn;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The key file of the one account.
    String serviceAccount() {
        var pem =
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(
                                Base64.getMimeEncoder()
                                        .encodeToString(key.getPrivate().getEncoded()));
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of(
                                "type",
                                "service_account",
                                "project_id",
                                "project",
                                "private_key_id",
                                "1",
                                "private_key",
                                pem,
                                "client_email",
                                EMAIL,
                                "token_uri",
                                url() + "/token"));
    }

    /// Answers 503 so often.
    void refuse(int times) {
        refusals = times;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            Reply reply;
            synchronized (this) {
                asked.add(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
                reply = reply(exchange, body);
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(
                    reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        }
    }

    private Reply reply(HttpExchange exchange, byte[] body) {
        var path = exchange.getRequestURI().getRawPath();
        var query = form(exchange.getRequestURI().getRawQuery());
        if (path.equals("/token")) {
            return give(form(new String(body, UTF_8)));
        }
        if (refusals > 0) {
            refusals--;
            return new Reply(503, Map.of("Retry-After", "0"), new byte[0]);
        }
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
            return Reply.error(401, "Anonymous caller does not have access");
        }
        if (!authorization.equals("Bearer " + token)) {
            return Reply.error(401, "Invalid Credentials");
        }
        if (path.startsWith("/upload/")) {
            return upload(exchange, path, query, body);
        }
        var parts = path.substring("/storage/v1/b".length()).split("/", -1);
        var method = exchange.getRequestMethod();
        if (parts.length < 2) {
            return createBucket(query, object(body));
        }
        var name = decoded(parts[1]);
        var bucket = buckets.get(name);
        if (bucket == null) {
            return Reply.error(404, "The specified bucket does not exist.");
        }
        if (parts.length == 2) {
            if (method.equals("GET")) {
                return Reply.json(Map.of("name", name));
            }
            if (!bucket.isEmpty()) {
                return Reply.error(409, "The bucket you tried to delete is not empty.");
            }
            buckets.remove(name);
            return Reply.empty(204);
        }
        if (parts.length == 3) {
            return list(bucket, query);
        }
        var object = decoded(parts[3]);
        if (parts.length == 5) {
            return compose(name, bucket, object, object(body));
        }
        var stored = bucket.get(object);
        if (stored == null) {
            return Reply.error(404, "No such object: " + name + "/" + object);
        }
        if (parts.length == 9) {
            return rewrite(stored, decoded(parts[6]), decoded(parts[8]), query);
        }
        if (method.equals("DELETE")) {
            bucket.remove(object);
            return Reply.empty(204);
        }
        return "media".equals(query.get("alt"))
                ? new Reply(200, Map.of(), stored.content())
                : Reply.json(stored.about());
    }

    /// RFC 7523: the assertion must be signed with the account's key, and be for this place.
    private Reply give(Map<String, String> form) {
        var parts = form.getOrDefault("assertion", "").split("\\.");
        var decoder = Base64.getUrlDecoder();
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(ISO_8859_1));
            var claims = object(decoder.decode(parts[1]));
            boolean good =
                    signature.verify(decoder.decode(parts[2]))
                            && EMAIL.equals(claims.get("iss"))
                            && (url() + "/token").equals(claims.get("aud"))
                            && String.valueOf(claims.get("scope")).contains("auth/")
                            && "urn:ietf:params:oauth:grant-type:jwt-bearer"
                                    .equals(form.get("grant_type"));
            if (good) {
                return Reply.json(Map.of("access_token", token, "token_type", "Bearer"));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return new Reply(
                400,
                Map.of(),
                "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}"
                        .getBytes(UTF_8));
    }

    private Reply createBucket(Map<String, String> query, Map<String, Object> about) {
        if (!"project".equals(query.get("project"))) {
            return Reply.error(403, "No access to the project");
        }
        var name = String.valueOf(about.get("name"));
        if (buckets.containsKey(name)) {
            return Reply.error(409, "Your previous request to create the named bucket succeeded.");
        }
        buckets.put(name, new TreeMap<>());
        return Reply.json(about);
    }

    private Reply upload(
            HttpExchange exchange, String path, Map<String, String> query, byte[] body) {
        if (exchange.getRequestMethod().equals("POST")) {
            var bucket = decoded(path.split("/")[5]);
            if (!buckets.containsKey(bucket)) {
                return Reply.error(404, "The specified bucket does not exist.");
            }
            var id = UUID.randomUUID().toString();
            uploads.put(id, new Upload(bucket, object(body), new ByteArrayOutputStream()));
            return new Reply(
                    200,
                    Map.of("Location", url() + path + "?uploadType=resumable&upload_id=" + id),
                    new byte[0]);
        }
        var upload = uploads.get(query.get("upload_id"));
        var range = exchange.getRequestHeaders().getFirst("Content-Range");
        if (upload == null || range == null) {
            return Reply.error(400, "Expected an upload and a range");
        }
        var bounds = range.substring("bytes ".length()).split("[-/]");
        boolean first = bounds[0].equals("*");
        long total = Long.parseLong(bounds[bounds.length - 1]);
        if (!first && Long.parseLong(bounds[0]) != upload.content().size()) {
            return Reply.error(400, "Expected the next bytes");
        }
        upload.content().writeBytes(body);
        if (upload.content().size() < total) {
            if (body.length % (256 << 10) != 0) {
                return Reply.error(400, "Expected multiples of 256 KiB");
            }
            return new Reply(
                    308, Map.of("Range", "bytes=0-" + (upload.content().size() - 1)), new byte[0]);
        }
        return Reply.json(
                keep(
                        upload.bucket(),
                        String.valueOf(upload.about().get("name")),
                        upload.content().toByteArray(),
                        upload.about()));
    }

    private Map<String, Object> keep(
            String bucket, String name, byte[] content, Map<String, Object> given) {
        var about = new LinkedHashMap<>(given);
        about.put("kind", "storage#object");
        about.put("bucket", bucket);
        about.put("name", name);
        about.put("size", String.valueOf(content.length));
        about.put("updated", "2026-01-02T03:04:05Z");
        about.put("generation", String.valueOf(generations.incrementAndGet()));
        buckets.computeIfAbsent(bucket, _ -> new TreeMap<>()).put(name, new Stored(content, about));
        return about;
    }

    private static Reply list(NavigableMap<String, Stored> bucket, Map<String, String> query) {
        var prefix = query.getOrDefault("prefix", "");
        var delimiter = query.get("delimiter");
        var items = new ArrayList<Map<String, Object>>();
        var prefixes = new TreeSet<String>();
        for (var entry : bucket.tailMap(query.getOrDefault("pageToken", ""), false).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                continue;
            }
            if (items.size() == PAGE) {
                return Reply.json(
                        Map.of(
                                "items",
                                items,
                                "prefixes",
                                prefixes,
                                "nextPageToken",
                                String.valueOf(items.getLast().get("name"))));
            }
            int end = delimiter == null ? -1 : entry.getKey().indexOf(delimiter, prefix.length());
            if (end >= 0) {
                prefixes.add(entry.getKey().substring(0, end + 1));
            } else {
                items.add(entry.getValue().about());
            }
        }
        return Reply.json(Map.of("items", items, "prefixes", prefixes));
    }

    /// In two requests, as big objects take them.
    private Reply rewrite(Stored stored, String bucket, String name, Map<String, String> query) {
        if (!buckets.containsKey(bucket)) {
            return Reply.error(404, "The specified bucket does not exist.");
        }
        if (!query.containsKey("rewriteToken")) {
            return Reply.json(Map.of("done", false, "rewriteToken", "more"));
        }
        return Reply.json(
                Map.of(
                        "done",
                        true,
                        "resource",
                        keep(bucket, name, stored.content(), stored.about())));
    }

    private Reply compose(
            String name,
            NavigableMap<String, Stored> bucket,
            String object,
            Map<String, Object> body) {
        var all = new ByteArrayOutputStream();
        if (body.get("sourceObjects") instanceof List<?> sources) {
            for (var source : sources) {
                var part = bucket.get(String.valueOf(((Map<?, ?>) source).get("name")));
                if (part == null) {
                    return Reply.error(404, "Object not found");
                }
                all.writeBytes(part.content());
            }
        }
        return Reply.json(keep(name, object, all.toByteArray(), Map.of()));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(byte[] json) {
        return JsonMapper.shared().readValue(json, Map.class);
    }

    private static Map<String, String> form(@Nullable String text) {
        var form = new HashMap<String, String>();
        if (text != null) {
            for (var part : text.split("&")) {
                var pair = part.split("=", 2);
                form.put(decoded(pair[0]), decoded(pair[1]));
            }
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
