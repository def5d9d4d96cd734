// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A bare repository of the machine's own Git, over HTTP (`git http-backend`, with a password), and
/// a work tree to commit to it.
public final class GitRepository implements AutoCloseable {
    public static final String USER = "bot";
    public static final String PASSWORD = "correct-horse";

    private final Path root;
    private final Path repository;
    private final Path work;
    private final HttpServer http;

    public GitRepository(Path directory) throws IOException {
        root = directory;
        repository = directory.resolve("repo.git");
        work = directory.resolve("work");
        git(directory, "init", "-q", "--bare", "-b", "main", repository.toString());
        git(repository, "config", "http.receivepack", "true");
        git(directory, "clone", "-q", repository.toString(), work.toString());
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    public String url() {
        return "http://localhost:" + http.getAddress().getPort() + "/repo.git";
    }

    /// Where it lies.
    public Path path() {
        return repository;
    }

    /// Writes a file, without committing it.
    public void write(String path, String text) throws IOException {
        var file = work.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    public void delete(String path) throws IOException {
        Files.delete(work.resolve(path));
    }

    /// @return its hash
    public String commit(String message) throws IOException {
        git(work, "checkout", "-q", "-B", "main");
        git(work, "add", "-A");
        git(work, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", message);
        git(work, "push", "-q", "origin", "main");
        return head();
    }

    /// Gives the branch `main` another name; it is the one that a clone gets.
    public void rename(String branch) throws IOException {
        git(repository, "branch", "-m", "main", branch);
    }

    /// The hash of the newest commit.
    public String head() throws IOException {
        return git(work, "rev-parse", "HEAD");
    }

    /// What a file holds on a branch.
    public String show(String branch, String path) throws IOException {
        return git(repository, "show", branch + ":" + path);
    }

    public List<String> files(String branch) throws IOException {
        return git(repository, "ls-tree", "-r", "--name-only", branch).lines().toList();
    }

    private static String git(Path directory, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add("git");
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return text.strip();
    }

    /// As a web server runs `git http-backend` by CGI.
    private void answer(HttpExchange exchange) throws IOException {
        var basic =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        var builder = new ProcessBuilder("git", "http-backend");
        var environment = builder.environment();
        var uri = exchange.getRequestURI();
        environment.put("GIT_PROJECT_ROOT", root.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("REMOTE_USER", USER);
        environment.put("REQUEST_METHOD", exchange.getRequestMethod());
        environment.put("PATH_INFO", uri.getPath());
        environment.put("QUERY_STRING", uri.getRawQuery() == null ? "" : uri.getRawQuery());
        put(environment, "CONTENT_TYPE", exchange, "Content-Type");
        put(environment, "HTTP_CONTENT_ENCODING", exchange, "Content-Encoding");
        put(environment, "HTTP_GIT_PROTOCOL", exchange, "Git-Protocol");
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            exchange.getRequestBody().transferTo(in);
        }
        var out = process.getInputStream().readAllBytes();
        int status = 200;
        int at = 0;
        var line = new ByteArrayOutputStream();
        while (at < out.length) {
            byte b = out[at++];
            if (b != '\n') {
                line.write(b);
                continue;
            }
            var header = line.toString(StandardCharsets.UTF_8).strip();
            line.reset();
            if (header.isEmpty()) {
                break;
            }
            int colon = header.indexOf(':');
            var value = header.substring(colon + 1).strip();
            if (header.startsWith("Status:")) {
                status = Integer.parseInt(value.substring(0, 3));
            } else {
                exchange.getResponseHeaders().set(header.substring(0, colon), value);
            }
        }
        exchange.sendResponseHeaders(status, out.length == at ? -1 : out.length - at);
        exchange.getResponseBody().write(out, at, out.length - at);
        exchange.close();
    }

    private static void put(
            Map<String, String> environment, String name, HttpExchange exchange, String header) {
        @Nullable String value = exchange.getRequestHeaders().getFirst(header);
        if (value != null) {
            environment.put(name, value);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
