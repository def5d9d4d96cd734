// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys as OpenSSL writes them.
class PemTest {
    @TempDir Path directory = Path.of(".");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "genrsa -traditional 2048|RSA",
                "genrsa 2048|RSA",
                "ecparam -name prime256v1 -genkey -noout|EC",
                "ecparam -name secp384r1 -genkey -noout|EC",
                "genpkey -algorithm ed25519|EdDSA"
            })
    void keysOfAllFormsAreRead(String command, String algorithm) throws Exception {
        var openssl = Path.of("/usr/bin/openssl");
        assumeTrue(Files.isExecutable(openssl), "OpenSSL is installed");
        var file = directory.resolve("key.pem");
        var process =
                new ProcessBuilder((openssl + " " + command).split(" "))
                        .redirectOutput(file.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor()).isZero();

        assertThat(Pem.key(Files.readString(file)).getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void whatIsNoKeyIsSaid() {
        assertThatThrownBy(() -> Pem.key("key"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Expected a private key in PEM, without a passphrase");
    }
}
