// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The checksum that a file is to have.
record Checksum(
        @Title("Whether its checksum has to be the expected one") @Default("false")
                Boolean validateChecksum,
        @Title("Checksum that is expected, in hexadecimal") @Nullable String checksumExpected,
        @Title("How it is computed: MD5, SHA_1, SHA_256 or SHA_512") @Default("SHA_256")
                Algorithm checksumAlgorithm) {

    /// How a checksum is computed.
    public enum Algorithm {
        MD5("MD5"),
        SHA_1("SHA-1"),
        SHA_256("SHA-256"),
        SHA_512("SHA-512");

        private final String algorithm;

        Algorithm(String algorithm) {
            this.algorithm = algorithm;
        }
    }

    /// @throws TaskFailedException if there is nothing to compare with
    MessageDigest begin() throws TaskFailedException {
        if (validateChecksum && checksumExpected == null) {
            throw new TaskFailedException("Expected `checksumExpected` with validateChecksum");
        }
        try {
            return MessageDigest.getInstance(checksumAlgorithm.algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param path of the file, for the message
    /// @return the checksum in hexadecimal
    /// @throws TaskFailedException if another is expected
    String finish(MessageDigest digest, String path) throws TaskFailedException {
        var found = HexFormat.of().formatHex(digest.digest());
        if (validateChecksum
                && checksumExpected != null
                && !found.equalsIgnoreCase(checksumExpected.strip())) {
            throw new TaskFailedException(
                    "Expected checksum %s of '%s' but it is %s"
                            .formatted(checksumExpected.strip(), path, found));
        }
        return found;
    }
}
