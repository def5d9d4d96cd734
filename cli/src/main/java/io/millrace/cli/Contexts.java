// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The servers that a user has signed in to, in a file that he alone can read.
final class Contexts {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path file;
    private final Map<String, Context> all = new LinkedHashMap<>();
    private String current = "";

    /// One server and how to sign in there.
    ///
    /// @param token an access token, or an API token of a service account
    /// @param expiresAt when the token does; absent if it doesn't
    record Context(
            String url,
            String tenant,
            @Nullable String issuer,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable String token,
            @Nullable String refreshToken,
            @Nullable Instant expiresAt) {

        Context withTokens(
                String newToken, @Nullable String newRefreshToken, @Nullable Instant newExpiry) {
            return new Context(
                    url,
                    tenant,
                    issuer,
                    clientId,
                    clientSecret,
                    newToken,
                    newRefreshToken == null ? refreshToken : newRefreshToken,
                    newExpiry);
        }
    }

    private Contexts(Path file) {
        this.file = file;
    }

    /// The file is `MILLRACE_CONTEXTS`, or `millrace/contexts.yaml` where configuration lies.
    ///
    /// @throws CliException if it can't be read, or others than its owner can
    static Contexts of(Map<String, String> environment) {
        var given = environment.get("MILLRACE_CONTEXTS");
        var contexts = new Contexts(given == null ? usual(environment) : Path.of(given));
        contexts.read();
        return contexts;
    }

    private static Path usual(Map<String, String> environment) {
        var config = environment.get("XDG_CONFIG_HOME");
        var directory =
                config == null || config.isBlank()
                        ? Path.of(environment.getOrDefault("HOME", "."), ".config")
                        : Path.of(config);
        return directory.resolve("millrace").resolve("contexts.yaml");
    }

    private void read() {
        try {
            checkPermissions();
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            if (new Load(settings).loadFromString(Files.readString(file))
                    instanceof Map<?, ?> document) {
                current = text(document, "current", "");
                if (document.get("contexts") instanceof Map<?, ?> contexts) {
                    contexts.forEach((name, context) -> {
                        if (context instanceof Map<?, ?> map) {
                            all.put(String.valueOf(name), context(map));
                        }
                    });
                }
            }
        } catch (NoSuchFileException _) {
            return; // nobody has signed in yet
        } catch (IOException | YamlEngineException e) {
            throw new CliException("The contexts can't be read: " + e.getMessage(), e);
        }
    }

    private void checkPermissions() throws IOException {
        if (!POSIX) {
            return;
        }
        var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        if (!permissions.endsWith("------")) {
            throw new CliException(
                    ExitCode.DENIED,
                    "Expected that only you can read %s but its permissions are %s: chmod 600 it"
                            .formatted(file, permissions));
        }
    }

    private static Context context(Map<?, ?> map) {
        var expiry = text(map, "expiresAt", "");
        return new Context(
                text(map, "url", ""),
                text(map, "tenant", "main"),
                textOrNull(map, "issuer"),
                textOrNull(map, "clientId"),
                textOrNull(map, "clientSecret"),
                textOrNull(map, "token"),
                textOrNull(map, "refreshToken"),
                expiry.isEmpty() ? null : Instant.parse(expiry));
    }

    private static String text(Map<?, ?> map, String key, String otherwise) {
        var value = map.get(key);
        return value == null ? otherwise : value.toString();
    }

    private static @Nullable String textOrNull(Map<?, ?> map, String key) {
        var value = map.get(key);
        return value == null ? null : value.toString();
    }

    Path file() {
        return file;
    }

    Map<String, Context> all() {
        return all;
    }

    /// Name of the one in use, or empty.
    String current() {
        return current;
    }

    /// The context of that name, or the one in use; nothing if none is.
    ///
    /// @throws CliException if there is none of that name
    @Nullable Context find(@Nullable String name) {
        if (name == null) {
            return all.get(current);
        }
        var found = all.get(name);
        if (found == null) {
            throw new CliException(
                    ExitCode.USAGE,
                    all.isEmpty()
                            ? "There is no context %s, nor any other: millrace login"
                                    .formatted(name)
                            : "Expected one of the contexts %s but got %s: millrace login"
                                    .formatted(all.keySet(), name));
        }
        return found;
    }

    /// Adds or replaces one, and uses it from now on.
    void use(String name, Context context) {
        all.put(name, context);
        current = name;
        write();
    }

    void use(String name) {
        find(name);
        current = name;
        write();
    }

    /// Replaces one; which is in use stays as it is.
    void replace(String name, Context context) {
        all.put(name, context);
        write();
    }

    void remove(String name) {
        find(name);
        all.remove(name);
        if (current.equals(name)) {
            current = "";
        }
        write();
    }

    private void write() {
        var contexts = new LinkedHashMap<String, Object>();
        all.forEach((name, context) -> contexts.put(name, map(context)));
        var document = new LinkedHashMap<String, Object>();
        document.put("current", current);
        document.put("contexts", contexts);
        var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        var text = new Dump(settings).dumpToString(document);
        try {
            var folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder, owned("rwx------"));
            var draft = Files.createTempFile(folder, ".contexts", "", owned("rw-------"));
            Files.writeString(draft, text);
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CliException("The contexts can't be written: " + e.getMessage(), e);
        }
    }

    private static FileAttribute<?>[] owned(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static Map<String, Object> map(Context context) {
        var map = new LinkedHashMap<String, Object>();
        map.put("url", context.url());
        map.put("tenant", context.tenant());
        put(map, "issuer", context.issuer());
        put(map, "clientId", context.clientId());
        put(map, "clientSecret", context.clientSecret());
        put(map, "token", context.token());
        put(map, "refreshToken", context.refreshToken());
        put(map, "expiresAt", context.expiresAt() == null ? null : context.expiresAt().toString());
        return map;
    }

    private static void put(Map<String, Object> map, String key, @Nullable String value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
