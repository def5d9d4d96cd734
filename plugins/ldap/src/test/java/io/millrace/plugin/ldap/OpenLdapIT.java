// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.LDAPConnection;
import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Against OpenLDAP's server.
class OpenLdapIT extends LdapCases {
    private static final Path SERVER = Path.of("/usr/sbin/slapd");

    @TempDir Path database = Path.of(".");
    private int port;
    private @Nullable Process process;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(SERVER), "OpenLDAP's server is installed (slapd)");
        port = SilentServer.closedPort();
        var configuration =
                Files.writeString(
                        database.resolve("slapd.conf"),
                        """
                        include /etc/ldap/schema/core.schema
                        include /etc/ldap/schema/cosine.schema
                        include /etc/ldap/schema/inetorgperson.schema
                        modulepath /usr/lib/ldap
                        moduleload back_mdb
                        database mdb
                        suffix dc=example,dc=com
                        rootdn %s
                        rootpw %s
                        directory %s
                        """
                                .formatted(ADMIN, PASSWORD, database));
        process =
                new ProcessBuilder(
                                SERVER.toString(),
                                "-f",
                                configuration.toString(),
                                "-h",
                                "ldap://127.0.0.1:" + port,
                                "-d",
                                "0")
                        .redirectErrorStream(true)
                        .redirectOutput(database.resolve("slapd.log").toFile())
                        .start();
        await("slapd answers").until(this::answers);
        try (var ldap = new LDAPConnection("127.0.0.1", port, ADMIN, PASSWORD)) {
            ldap.add("dn: dc=example,dc=com", "objectClass: domain", "dc: example");
        }
    }

    private boolean answers() throws IOException {
        if (process != null && !process.isAlive()) {
            throw new IOException("slapd: " + Files.readString(database.resolve("slapd.log")));
        }
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor();
        }
    }

    @Override
    int port() {
        return port;
    }
}
