// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes the keys of an installation. The id of a key is `<service>/<hex>`: a key vouches for its
/// own service only.
public final class IdentityKeys {
    public static final List<String> SERVICES =
            List.of("gateway", "flow", "execution", "scheduler", "worker", "secrets");
    private static final String GROUP = "worker.";
    static final String TRUSTED = "trusted.jwks";
    static final String TASK_KEY = "task-token.key";
    static final String ENCRYPTION_KEY = "encryption.key";

    /// Who takes task tokens; the execution-service makes them.
    private static final Set<String> TASK_KEY_HOLDERS = Set.of("execution", "secrets", "flow");

    private IdentityKeys() {}

    /// Makes the keys of an installation in the directory given as argument, and one for each group
    /// of workers that is named after it, as `worker.<group>.jwk`.
    public static void main(String[] arguments) {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("Expected a directory, and perhaps worker groups");
        }
        var all = List.of(arguments);
        generate(Path.of(arguments[0]), all.subList(1, all.size()));
    }

    public static void generate(Path directory) {
        generate(directory, List.of());
    }

    /// Makes what is missing in a directory: `<service>.jwk` for each of [#SERVICES],
    /// `trusted.jwks` with their public keys, `task-token.key` and `encryption.key`. What is there
    /// stays, and keys of worker groups that are there are trusted still.
    public static void generate(Path directory, List<String> workerGroups) {
        try {
            Files.createDirectories(directory);
            var publicKeys = new ArrayList<JWK>();
            var names = new TreeSet<>(SERVICES);
            for (var group : workerGroups) {
                if (!group.matches("[a-z0-9-]+")) {
                    throw new IllegalArgumentException("Expected a worker group but got " + group);
                }
                names.add(GROUP + group);
            }
            try (var files = Files.list(directory)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith(GROUP) && name.endsWith(".jwk"))
                        .map(name -> name.substring(0, name.length() - ".jwk".length()))
                        .forEach(names::add);
            }
            for (var service : names) {
                var file = keyFile(directory, service);
                if (!Files.exists(file)) {
                    write(file, newKey(service).toJSONString());
                }
                publicKeys.add(JWK.parse(Files.readString(file)).toPublicJWK());
            }
            write(directory.resolve(TRUSTED), new JWKSet(publicKeys).toString(true));
            var taskKey = directory.resolve(TASK_KEY);
            if (!Files.exists(taskKey)) {
                write(taskKey, randomHex(32));
            }
            var encryptionKey = directory.resolve(ENCRYPTION_KEY);
            if (!Files.exists(encryptionKey)) {
                write(encryptionKey, Base64.getEncoder().encodeToString(randomBytes(32)) + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write keys to " + directory, e);
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException("Expected readable keys in " + directory, e);
        }
    }

    /// The properties that point a service at generated keys.
    ///
    /// @param service one of [#SERVICES]
    public static Map<String, String> properties(Path directory, String service) {
        var properties = new LinkedHashMap<String, String>();
        properties.put("millrace.identity.key-file", keyFile(directory, service).toString());
        properties.put("millrace.identity.trusted-keys", directory.resolve(TRUSTED).toString());
        if (TASK_KEY_HOLDERS.contains(service)) {
            properties.put("millrace.task-token.key-file", directory.resolve(TASK_KEY).toString());
        }
        if (service.equals("execution") || service.equals("worker")) {
            properties.put(
                    "millrace.encryption.key-file", directory.resolve(ENCRYPTION_KEY).toString());
        }
        return properties;
    }

    public static Path keyFile(Path directory, String service) {
        return directory.resolve(service + ".jwk");
    }

    static ECKey newKey(String service) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256)
                .keyUse(KeyUse.SIGNATURE)
                .keyID(service + "/" + randomHex(8))
                .generate();
    }

    private static String randomHex(int bytes) {
        return HexFormat.of().formatHex(randomBytes(bytes));
    }

    private static byte[] randomBytes(int bytes) {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /// Readers see the old or the new content; only the owner reads it at all.
    private static void write(Path file, String content) throws IOException {
        var temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    temporary,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(temporary, content, StandardCharsets.UTF_8);
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
