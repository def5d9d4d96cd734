// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbDriverTest {
    @TempDir Path directory = Path.of(".");

    private MariaDbDriver told(String url, @Nullable String mode, @Nullable Boolean ssl)
            throws Exception {
        var tls = new Connecting.Tls(ssl, mode, null, null, null, null);
        return MariaDbDriver.of(url, new Properties(), tls, new FakeContext(directory));
    }

    @ParameterizedTest
    @CsvSource({
        // what MySQL's driver does
        "mysql://db/x, , , trust, true",
        "mysql://db/x?useSSL=false, , , disable, false",
        "mysql://db/x?useSSL=true, , , trust, true",
        "mysql://db/x?useSSL=true&requireSSL=true, , , trust, false",
        "mysql://db/x?useSSL=true&verifyServerCertificate=true, , , verify-ca, false",
        "mysql://db/x?sslMode=PREFERRED&useSSL=false, , , trust, true",
        "mysql://db/x?sslmode=REQUIRED, , , trust, false",
        "mysql://db/x?sslMode=VERIFY_IDENTITY, , , verify-full, false",
        // MariaDB's driver
        "mariadb://db/x, , , , false",
        "mariadb://db/x?useSsl=true, , , verify-full, false",
        "mariadb://db/x?sslMode=verify-ca, , , verify-ca, false",
        // properties of tasks win
        "mysql://db/x?sslMode=DISABLED, VERIFY_CA, , verify-ca, false",
        "mariadb://db/x?sslMode=disable, REQUIRED, , trust, false",
        "mysql://db/x, , true, verify-full, false",
        "mysql://db/x, , false, disable, false"
    })
    void whatIsSaidOfTlsIsMeantAsTheDriverMeansItWhoseUrlItIs(
            String url,
            @Nullable String mode,
            @Nullable Boolean ssl,
            @Nullable String expected,
            boolean orPlain)
            throws Exception {
        var told = told("jdbc:" + url, mode, ssl);

        assertThat(told.url()).isEqualTo("jdbc:mariadb://db/x");
        assertThat(told.properties().getProperty("sslMode")).isEqualTo(expected);
        assertThat(told.orPlain()).isEqualTo(orPlain);
    }

    @Test
    void otherOptionsStayAndAServerWithoutTlsIsSpokenToWithout() throws Exception {
        var told = told("jdbc:mysql://a,b/x?user=u&sslMode=PREFERRED&socketTimeout=5", null, null);
        var refusal =
                new SQLException("Trying to connect with ssl, but ssl not enabled in the server");

        assertThat(told.url()).isEqualTo("jdbc:mariadb://a,b/x?user=u&socketTimeout=5");
        assertThat(Objects.requireNonNull(told.withoutTls(refusal)).getProperty("sslMode"))
                .isEqualTo("disable");
        assertThat(told.withoutTls(new SQLException("Access denied"))).isNull();
        assertThat(told("jdbc:mysql://db/x", "REQUIRED", null).withoutTls(refusal)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credentialType=ENV&pwdKey=HOME",
                "permitRedirect=true",
                "keyStore=http://127.0.0.1/",
                "trustStore=/etc/passwd",
                "serverSslCert=/etc/passwd",
                "serverRsaPublicKeyFile=/etc/passwd",
                "allowLocalInfile=true"
            })
    void whatWouldReadFilesOrVariablesOfTheWorkerIsRefused(String options) {
        for (var scheme : new String[] {"mysql", "mariadb"}) {
            assertThatThrownBy(() ->
                            Tasks.run(
                                    new Query(),
                                    new FakeContext(directory),
                                    Map.of(
                                            "url",
                                            "jdbc:%s://127.0.0.1:1/x?%s".formatted(scheme, options),
                                            "sql",
                                            "select 1")))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("isn't allowed");
        }
    }
}
