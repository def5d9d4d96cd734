// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Random secrets go through every task type, through scripts that write them in all ways, through
/// errors, outputs, metrics, files and stores. Then the database, the broker's store, all files,
/// all logs and what the API answers are searched for them.
///
/// Each secret has a core of random letters and digits, which most encodings leave as it is; what
/// is searched are pieces of it, also in hexadecimal, and in Base64 wherever a piece may begin.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretTraceIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NAMESPACE = "company.traces";
    private static final int PIECE = 12;
    private static final Set<String> ENDED =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");

    /// Of every type of task, some properties are left out: they are no texts.
    private static final Set<String> OF_ALL_TASKS =
            Set.of(
                    "id",
                    "type",
                    "description",
                    "retry",
                    "timeout",
                    "disabled",
                    "workerGroup",
                    "logLevel",
                    "logToFile",
                    "allowFailure",
                    "allowWarning",
                    "runIf",
                    "version",
                    "taskCache",
                    "assets",
                    "tasks",
                    "errors",
                    "finally");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Set<String> needles = new LinkedHashSet<>();
    private final List<String> executions = new ArrayList<>();
    private String token = "";

    @BeforeAll
    void storeSecrets() throws Exception {
        token = RunningSuite.token("alice");
        secret("PLAIN", core());
        // its words are short: only whoever knows how it is written finds it
        var core = core();
        var odd =
                "p\u00e4\"%s'\\/%s+ &<%%>=?#{%s}$`~!;\u00fc"
                        .formatted(
                                core.substring(0, PIECE),
                                core.substring(PIECE, 2 * PIECE),
                                core.substring(2 * PIECE));
        secret("ODD", odd);
        encodings(odd.getBytes(StandardCharsets.UTF_8), needles);
        secret("KEY", "-----BEGIN KEY-----\n" + core() + "\n" + core() + "\n-----END KEY-----\n");
        secret("JSON", "{\"user\":\"u" + core() + "\",\"list\":[\"l" + core() + "\"]}");
        for (var secret : secrets.entrySet()) {
            var body =
                    JSON.writeValueAsString(
                            Map.of("key", secret.getKey(), "value", secret.getValue()));
            var answer =
                    send(
                            api("/namespaces/" + NAMESPACE + "/secrets")
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    private void secret(String key, String value) {
        secrets.put(key, value);
    }

    /// Random letters and digits; pieces of them, in several encodings, are what must not be found.
    private String core() {
        var core = randomText();
        needles.addAll(needlesOf(core));
        return core;
    }

    private String randomText() {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        var text = new StringBuilder();
        for (int i = 0; i < 3 * PIECE; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static Set<String> needlesOf(String core) {
        var all = new LinkedHashSet<String>();
        pieces(core, all);
        encodings(core.getBytes(StandardCharsets.US_ASCII), all);
        return all;
    }

    private static void encodings(byte[] bytes, Set<String> needles) {
        pieces(HexFormat.of().formatHex(bytes), needles);
        pieces(HexFormat.of().withUpperCase().formatHex(bytes), needles);
        for (int offset = 0; offset < 3; offset++) {
            var padded = new byte[bytes.length + offset];
            System.arraycopy(bytes, 0, padded, offset, bytes.length);
            var text = Base64.getEncoder().withoutPadding().encodeToString(padded);
            pieces(text.substring(4, text.length() - 4), needles);
        }
    }

    private static void pieces(String text, Set<String> needles) {
        for (int from = 0; from + PIECE <= text.length(); from += PIECE) {
            needles.add(text.substring(from, from + PIECE));
        }
    }

    // ---- the test

    @Test
    void noSecretLeavesATrace() throws Exception {
        throughEveryTaskType();
        throughScripts();
        throughFlowControl();
        throughInputs();

        var found = new TreeSet<String>();
        searchDatabase(needles, found);
        searchFiles(needles, found);
        searchAnswers(needles, found);

        assertThat(found).as("seed " + seed).isEmpty();
        assertThat(executions).hasSizeGreaterThan(40);
    }

    @Test
    void theSearchFindsWhatIsThere() throws Exception {
        var core = randomText();
        var needles = needlesOf(core);
        run(
                "left",
                """
                id: left
                namespace: %s
                variables:
                  open: "%s"
                tasks:
                  - {id: out, type: io.kestra.plugin.core.debug.Return, format: "%s"}
                  - id: file
                    type: io.kestra.plugin.core.storage.Write
                    content: "%s"
                """
                        .formatted(
                                NAMESPACE,
                                core,
                                Base64.getEncoder()
                                        .encodeToString(
                                                ("x" + core).getBytes(StandardCharsets.UTF_8)),
                                core));
        var found = new TreeSet<String>();

        searchDatabase(needles, found);
        searchFiles(needles, found);
        searchAnswers(needles, found);

        assertThat(found)
                .anyMatch(f -> f.startsWith("table execution."))
                .anyMatch(f -> f.startsWith("table flow."))
                .anyMatch(f -> f.startsWith("file storage/"))
                .anyMatch(f -> f.startsWith("answer /api/v1/main/executions/"));
    }

    // ---- ways

    /// Every type of task gets secrets in all properties that take texts. Most then fail, and say
    /// why.
    private void throughEveryTaskType() throws Exception {
        var types = new TreeSet<String>();
        for (var group : json(send(api("/plugins").GET()))) {
            group.path("tasks").forEach(t -> types.add(t.path("cls").asString()));
        }
        assertThat(types).hasSizeGreaterThan(40);
        var not = new TreeMap<String, String>();
        for (var type : types) {
            if (type.contains("$")) {
                continue; // part of another
            }
            throughTask(type, not);
        }
        // those that take no text at all, or only texts of a set
        assertThat(not.keySet()).as(not.toString()).hasSizeLessThan(types.size() / 3);
    }

    private void throughTask(String type, Map<String, String> not) throws Exception {
        var properties = new LinkedHashMap<String, Object>();
        var schema = json(send(api("/plugins/" + type).GET())).path("schema").path("properties");
        var ways = new ArrayList<>(secrets.keySet());
        schema.path("properties")
                .propertyNames()
                .forEach(name -> {
                    if (!OF_ALL_TASKS.contains(name)) {
                        var key = ways.get(random.nextInt(ways.size()));
                        properties.put(name, "x-{{ secret('%s') }}".formatted(key));
                    }
                });
        var id = "t" + Integer.toHexString(type.hashCode());
        for (int attempt = 0; attempt < 12; attempt++) {
            var task = new LinkedHashMap<String, Object>();
            task.put("id", "t");
            task.put("type", type);
            task.putAll(properties);
            task.put("timeout", "PT10S");
            var flow =
                    JSON.writeValueAsString(
                            Map.of("id", id, "namespace", NAMESPACE, "tasks", List.of(task)));
            var answer = save(flow);
            if (answer.statusCode() == 200) {
                start(id);
                return;
            }
            if (!change(properties, JSON.readTree(answer.body()).path("errors"))) {
                not.put(type, answer.body());
                return;
            }
        }
        not.put(type, "no way found");
    }

    /// Leaves out, or puts into a list or a map, what was refused.
    private static boolean change(Map<String, Object> properties, JsonNode errors) {
        boolean changed = false;
        for (var error : errors) {
            var path = error.path("field").asString("").split("[.\\[\\]]+");
            for (var part : path) {
                var value = properties.get(part);
                if (value instanceof String text) {
                    properties.put(part, List.of(text));
                    changed = true;
                } else if (value instanceof List<?> list) {
                    properties.put(part, Map.of("k", list.getFirst()));
                    changed = true;
                } else if (value != null) {
                    properties.remove(part);
                    changed = true;
                }
            }
        }
        return changed;
    }

    /// A shell and a Python that write the secret in every way, to every place, and fail with it.
    private void throughScripts() throws Exception {
        var env = new StringBuilder();
        secrets.keySet()
                .forEach(k -> env.append("      %s: \"{{ secret('%s') }}\"\n".formatted(k, k)));
        run(
                "shell",
                """
                id: shell
                namespace: %s
                tasks:
                  - id: all
                    type: io.kestra.plugin.scripts.shell.Script
                    allowFailure: true
                    env:
                %s    outputFiles: ["*.txt", "*.bin"]
                    script: |
                      for s in "$PLAIN" "$ODD" "$KEY" "$JSON"; do
                        printf '%%s\\n' "$s"; printf '%%s\\n' "$s" >&2
                        printf '%%s' "$s" | base64; printf '%%s' "x$s" | base64 -w 20; printf '%%s' "xy$s" | base64 -w 0; echo
                        printf '%%s' "$s" | od -An -tx1 | tr -d ' \\n'; echo
                        printf '%%s' "$s" | fold -w 7; echo
                        printf '%%s' "$s" >> all.txt; printf '%%s' "$s" | base64 >> all.txt
                      done
                      printf '\\000\\001%%s\\002' "$PLAIN" > raw.bin
                      echo "::{\\"outputs\\":{\\"plain\\":\\"$PLAIN\\",\\"$PLAIN\\":1,\\"list\\":[\\"a$PLAIN\\"]}}::"
                      echo "::{\\"metrics\\":[{\\"name\\":\\"m\\",\\"type\\":\\"counter\\",\\"value\\":1,\\"tags\\":{\\"t\\":\\"$PLAIN\\"}}]}::"
                      exit 3
                  - id: next
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ outputs.all }}"
                """
                        .formatted(NAMESPACE, env));
        run(
                "python",
                """
                id: python
                namespace: %s
                tasks:
                  - id: all
                    type: io.kestra.plugin.scripts.python.Script
                    allowFailure: true
                    env:
                %s    outputFiles: ["out/*"]
                    script: |
                      import os, json, base64, urllib.parse, html, sys
                      os.makedirs("out")
                      for k in ("PLAIN", "ODD", "KEY", "JSON"):
                          s = os.environ[k]
                          ways = [s, repr(s), json.dumps(s), json.dumps(s, ensure_ascii=False), json.dumps(json.dumps(s)),
                                  urllib.parse.quote(s), urllib.parse.quote(s, safe=""), urllib.parse.quote_plus(s),
                                  html.escape(s), s.encode().hex(), s.encode().hex().upper(),
                                  base64.b64encode(s.encode()).decode(), base64.urlsafe_b64encode(s.encode()).decode(),
                                  base64.encodebytes(("ab" + s).encode()).decode(), "\\n".join(s), s[:9] + "\\r\\n" + s[9:]]
                          for w in ways:
                              print("way", w, "end")
                              print(w, file=sys.stderr)
                          open("out/" + k, "w").write("\\n".join(ways) * 50)
                      sys.stdout.flush()
                      raise ValueError("it is " + os.environ["ODD"])
                  - id: store
                    type: io.kestra.plugin.core.storage.Write
                    content: "{{ secret('ODD') }}"
                  - id: kv
                    type: io.kestra.plugin.core.kv.Set
                    allowFailure: true
                    key: stolen
                    value: "{{ secret('PLAIN') }}"
                  - id: upload
                    type: io.kestra.plugin.core.namespace.UploadFiles
                    namespace: %s
                    allowFailure: true
                    destination: /
                    filesMap:
                      stolen.txt: "{{ outputs.store.uri }}"
                """
                        .formatted(NAMESPACE, env, NAMESPACE));
    }

    private void throughFlowControl() throws Exception {
        run(
                "control",
                """
                id: control
                namespace: %1$s
                labels:
                  team: traces
                variables:
                  v: "{{ secret('PLAIN') }}"
                tasks:
                  - {id: log, type: io.kestra.plugin.core.log.Log, message: "{{ secret('KEY') }} {{ vars.v }}"}
                  - {id: back, type: io.kestra.plugin.core.debug.Return, format: "{{ secret('PLAIN') }}"}
                  - {id: encoded, type: io.kestra.plugin.core.debug.Return, format: "{{ secret('ODD') | urlencode }} {{ secret('ODD') | base64encode }} {{ secret('ODD') | toJson }}"}
                  - id: if
                    type: io.kestra.plugin.core.flow.If
                    condition: "{{ secret('PLAIN') == 'no' }}"
                    then: [{id: then, type: io.kestra.plugin.core.log.Log, message: x}]
                  - id: switch
                    type: io.kestra.plugin.core.flow.Switch
                    value: "{{ secret('PLAIN') }}"
                    defaults: [{id: other, type: io.kestra.plugin.core.log.Log, message: x}]
                  - id: each
                    type: io.kestra.plugin.core.flow.ForEach
                    values: ["{{ secret('PLAIN') }}", "b"]
                    tasks: [{id: one, type: io.kestra.plugin.core.log.Log, message: "{{ taskrun.value }}"}]
                  - id: labels
                    type: io.kestra.plugin.core.execution.Labels
                    allowFailure: true
                    labels: {stolen: "{{ secret('PLAIN') }}"}
                  - id: sub
                    type: io.kestra.plugin.core.flow.Subflow
                    namespace: %1$s
                    flowId: shell
                    wait: false
                    allowFailure: true
                    labels: {stolen: "{{ secret('PLAIN') }}"}
                    inputs: {stolen: "{{ secret('PLAIN') }}"}
                  - {id: fail, type: io.kestra.plugin.core.execution.Fail, errorMessage: "it is {{ secret('JSON', subkey='user') }}"}
                errors:
                  - {id: said, type: io.kestra.plugin.core.log.Log, message: "{{ errorLogs() }} {{ secret('ODD') }}"}
                outputs:
                  - {id: o, type: STRING, value: "{{ secret('PLAIN') }}"}
                """
                        .formatted(NAMESPACE));
    }

    private void throughInputs() throws Exception {
        var source =
                """
                id: inputs
                namespace: %s
                inputs:
                  - {id: pass, type: SECRET}
                tasks:
                  - {id: log, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.pass }}"}
                  - {id: back, type: io.kestra.plugin.core.debug.Return, format: "a {{ inputs.pass }}"}
                  - id: shell
                    type: io.kestra.plugin.scripts.shell.Script
                    env: {P: "{{ inputs.pass }}"}
                    script: echo "$P"; echo "::{\\"outputs\\":{\\"p\\":\\"$P\\"}}::"
                outputs:
                  - {id: o, type: STRING, value: "{{ inputs.pass }}"}
                """
                        .formatted(NAMESPACE);
        assertThat(save(source).statusCode()).isEqualTo(200);
        var form =
                "--b\r\nContent-Disposition: form-data; name=\"pass\"\r\n\r\n%s\r\n--b--\r\n"
                        .formatted(secrets.get("PLAIN"));
        var answer =
                send(
                        api("/executions/" + NAMESPACE + "/inputs")
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .POST(BodyPublishers.ofString(form)));
        ends(json(answer).path("id").asString());
    }

    // ---- running

    private void run(String id, String source) throws Exception {
        var answer = save(source);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        start(id);
    }

    private HttpResponse<String> save(String source) {
        return send(
                api("/flows")
                        .header("Content-Type", "application/x-yaml")
                        .POST(BodyPublishers.ofString(source)));
    }

    private void start(String id) throws Exception {
        var answer = send(api("/executions/" + NAMESPACE + "/" + id).POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        ends(json(answer).path("id").asString());
    }

    private void ends(String execution) {
        executions.add(execution);
        var late = Instant.now().plusSeconds(15);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    var state =
                            json(send(api("/executions/" + execution).GET()))
                                    .path("state")
                                    .path("current")
                                    .asString();
                    if (state.equals("PAUSED") || Instant.now().isAfter(late)) {
                        send(api("/executions/" + execution + "/kill").DELETE());
                    }
                    return ENDED.contains(state);
                });
    }

    // ---- searching

    private static @Nullable String within(Set<String> needles, String text) {
        for (var needle : needles) {
            if (text.contains(needle)) {
                return needle;
            }
        }
        return null;
    }

    private void searchDatabase(Set<String> needles, Set<String> found)
            throws SQLException, IOException {
        int port = URI.create(RunningSuite.server()).getPort() + 7;
        var password = Files.readString(RunningSuite.data().resolve("postgres/password")).strip();
        var url = "jdbc:postgresql://127.0.0.1:" + port + "/millrace";
        try (var connection = DriverManager.getConnection(url, "postgres", password);
                var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var rows =
                    statement.executeQuery(
                            """
                            select format('%I.%I', table_schema, table_name)
                              from information_schema.tables
                             where table_type = 'BASE TABLE'
                               and table_schema not in ('pg_catalog', 'information_schema')
                            """)) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            assertThat(tables).hasSizeGreaterThan(20);
            for (var table : tables) {
                try (var rows = statement.executeQuery("select t::text from " + table + " t")) {
                    while (rows.next()) {
                        var needle = within(needles, rows.getString(1));
                        if (needle != null) {
                            found.add(
                                    "table "
                                            + table
                                            + ": "
                                            + needle
                                            + around(rows.getString(1), needle));
                        }
                    }
                }
            }
        }
    }

    private static String around(String text, String needle) {
        int at = text.indexOf(needle);
        return " in …"
                + text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60))
                + "…";
    }

    /// Everything that Millrace keeps: files of executions, the broker's store, logs, and the
    /// database's own files, in which deleted rows may be left.
    private void searchFiles(Set<String> needles, Set<String> found) throws IOException {
        var data = RunningSuite.data();
        try (var files = Files.walk(data)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = data.relativize(file).toString();
                if (name.startsWith("programs") || name.startsWith("cache")) {
                    continue;
                }
                var needle = within(needles, read(file));
                if (needle != null) {
                    found.add("file " + name + ": " + needle);
                }
            }
        }
        // working directories and whatever else was left in the system's place for them
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (var file :
                    files.filter(f -> f.getFileName().toString().startsWith("millrace-task"))
                            .filter(Files::isRegularFile)
                            .toList()) {
                var needle = within(needles, read(file));
                if (needle != null) {
                    found.add("file " + file + ": " + needle);
                }
            }
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException _) {
            return ""; // gone meanwhile
        }
    }

    private void searchAnswers(Set<String> needles, Set<String> found) {
        var paths = new ArrayList<String>();
        for (var execution : executions) {
            paths.add("/executions/" + execution);
            paths.add("/executions/" + execution + "/graph");
            paths.add("/logs/" + execution);
            paths.add("/logs/" + execution + "/download");
            paths.add("/metrics/" + execution);
        }
        paths.add("/executions/search?size=1000&namespace=" + NAMESPACE);
        paths.add("/logs/search?size=1000&namespace=" + NAMESPACE);
        paths.add("/flows/search?size=1000&namespace=" + NAMESPACE);
        paths.add("/namespaces/" + NAMESPACE + "/secrets");
        paths.add("/namespaces/" + NAMESPACE + "/kv");
        paths.add("/namespaces/" + NAMESPACE + "/files/search?q=");
        paths.add("/audit?size=1000");
        paths.add("/audit/export");
        int read = 0;
        for (var path : paths) {
            var answer = send(api(path).GET());
            read += answer.statusCode() == 200 ? 1 : 0;
            var needle = within(needles, answer.body());
            if (needle != null) {
                found.add(
                        "answer /api/v1/main"
                                + path
                                + ": "
                                + needle
                                + around(answer.body(), needle));
            }
        }
        assertThat(read).isGreaterThan(2 * executions.size());
    }

    // ---- the API

    private HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(URI.create(RunningSuite.server() + "/api/v1/main" + path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
