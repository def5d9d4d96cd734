// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// Generated passwords, each in a file that its owner alone can read.
public final class Passwords {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    /// 144 random bits in URL-safe characters.
    public static String generate() {
        var bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The password in `file`; generated and written there if it isn't there yet.
    public static String inFile(Path file) {
        try {
            if (!Files.exists(file)) {
                write(file, generate());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new EmbeddedException("The password file " + file + " can't be used", e);
        }
    }

    private static void write(Path file, String password) throws IOException {
        var directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        var temporary =
                Files.createTempFile(
                        directory,
                        "password",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, password + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
