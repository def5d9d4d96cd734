// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a URL and its options may say.
class UrlsTest {
    @TempDir Path directory = Path.of(".");

    private Object query(String url, Map<String, String> properties) throws Exception {
        return Tasks.run(
                new Query(),
                new FakeContext(directory),
                Map.of("sql", "select 1", "url", url, "properties", properties));
    }

    @ParameterizedTest
    @CsvSource({
        // run code
        "postgresql, socketFactory=x.Y",
        "postgresql, sslfactory=x.Y",
        "postgresql, sslpasswordcallback=x.Y",
        "postgresql, xmlFactoryFactory=x.Y",
        "sqlserver, socketFactoryClass=x.Y",
        "sqlserver, trustManagerClass=x.Y",
        "mysql, connectionLifecycleInterceptors=x.Y",
        // the worker's files and environment
        "mysql, allowLocalInfile=true",
        "mariadb, credentialType=ENV",
        "mysql, idTokenFile=/etc/passwd",
        // who the worker is
        "sqlserver, authentication=ActiveDirectoryManagedIdentity",
        "sqlserver, integratedSecurity=true",
        "trino, KerberosKeytabPath=/etc/krb5.keytab",
        // elsewhere
        "mariadb, permitRedirect=true",
        "trino, socksProxy=127.0.0.1:1080",
        "postgresql, PGHOST=127.0.0.1",
    })
    void anOptionMayNotMakeTheWorkerRunCodeReadItsFilesOrBeItself(String kind, String option) {
        var before = kind.equals("sqlserver") ? ";" : "/db?";
        var said = option.startsWith("authentication") ? option : option.replaceFirst("=.*", "");

        assertThatThrownBy(() ->
                        query("jdbc:%s://127.0.0.1%s%s".formatted(kind, before, option), Map.of()))
                .hasMessage("The option %s isn't allowed".formatted(said));
        var parts = option.split("=");
        assertThatThrownBy(() ->
                        query("jdbc:%s://127.0.0.1".formatted(kind), Map.of(parts[0], parts[1])))
                .hasMessage("The option %s isn't allowed".formatted(said));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://169.254.169.254/db, egress policy",
        "'jdbc:postgresql://127.0.0.1,169.254.169.254/db', egress policy",
        // its driver would take all of it for the name of a database on the worker's machine
        "jdbc:postgresql:x//127.0.0.1/db, names its host",
        "jdbc:postgresql:db, names its host",
        "jdbc:sqlserver:x//127.0.0.1, names its host",
        "jdbc:nothing://127.0.0.1/d, no driver for nothing",
        // kinds that write it in ways of their own; outside of the allowed, if it is understood
        "jdbc:oracle:thin:@//169.254.169.254:1521/XE, egress policy",
        "jdbc:oracle:thin:@169.254.169.254:1521:XE, egress policy",
        "jdbc:oracle:thin:scott/tiger@169.254.169.254:1521/XE, egress policy",
        "'jdbc:oracle:thin:@tcps://127.0.0.1:2484,169.254.169.254/XE?retry_count=3', egress policy",
        "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS_LIST=(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521))(ADDRESS=(PORT=1521)(HOST=169.254.169.254)))(CONNECT_DATA=(SID=XE))), egress policy",
        "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=127.0.0.1)(PORT=1521))(CONNECT_DATA=(SID=XE))), no driver for oracle",
        "jdbc:oracle:thin:@localhost:49161:XE, no driver for oracle",
        "jdbc:oracle:thin:@(ADDRESS=(PROTOCOL=tcps)(HTTPS_PROXY=127.0.0.1)(HOST=127.0.0.1)(PORT=1521)), names its host",
        "jdbc:oracle:thin:@(DESCRIPTION=(X=127.0.0.1:1521/)(HOST=169.254.169.254)), names its host",
        "jdbc:oracle:thin:a@//127.0.0.1/x@//169.254.169.254/x, names its host",
        "jdbc:oracle:thin:@ldap://127.0.0.1:389/XE, names its host",
        "jdbc:oracle:thin:@alias, names its host",
        "jdbc:oracle:oci:@//127.0.0.1:1521/XE, names its host",
        "jdbc:sqlserver://169.254.169.254\\SQL1:1433;encrypt=false, egress policy",
        "jdbc:sybase:Tds:169.254.169.254:5000/db, egress policy",
        "jdbc:dremio:direct=169.254.169.254:31010, egress policy",
        "jdbc:avatica:remote:url=http://169.254.169.254:8888/druid/v2/sql/avatica/, egress policy",
        "jdbc:arrow-flight-sql://169.254.169.254:32010/?useEncryption=false, egress policy",
        "jdbc:redshift:iam://169.254.169.254:5439/dev, egress policy",
        "jdbc:ch:https://169.254.169.254:8443/db, egress policy",
        "jdbc:db2://169.254.169.254:50000/db:currentSchema=X;, egress policy",
    })
    void theHostIsTheOneThatTheDriverConnectsTo(String url, String said) {
        assertThatThrownBy(() -> query(url, Map.of()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:db2://127.0.0.1:50000/db:clientRerouteServerListJNDIName=ldap",
        "jdbc:avatica:remote:url=http://127.0.0.1:8888/;url=http://169.254.169.254",
        "jdbc:oracle:thin:@//127.0.0.1:1521/XE?wallet_location=/w",
        "jdbc:oracle:thin:@//127.0.0.1:1521/XE?oracle.jdbc.provider.password=x",
        "jdbc:redshift://127.0.0.1/db?plugin_name=x.Y",
        "jdbc:as400://127.0.0.1/lib;proxy server=other",
    })
    void theOptionsOfInstalledDriversAreKeptToTheSame(String url) {
        assertThatThrownBy(() -> query(url, Map.of())).hasMessageEndingWith(" isn't allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite, //127.0.0.1/../..%s",
        "sqlite, /%s",
        "duckdb, /%s",
        "duckdb, //127.0.0.1/../..%s",
    })
    void aFileOutsideOfTheTaskIsNoDatabase(String kind, String path) throws Exception {
        var outside = Files.createTempDirectory("outside").toRealPath();
        try {
            var file = outside.resolve("theirs.db");

            assertThatThrownBy(() ->
                            query("jdbc:%s:%s".formatted(kind, path.formatted(file)), Map.of()))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("working directory");

            assertThat(file).doesNotExist();
        } finally {
            Files.deleteIfExists(outside.resolve("theirs.db"));
            Files.delete(outside);
        }
    }

    @Test
    void duckDbRunsNoStatementsBeforeItIsConfined() throws Exception {
        var statements = Files.writeString(directory.resolve("init.sql"), "select 1");

        assertThatThrownBy(
                        () -> query("jdbc:duckdb:;session_init_sql_file=" + statements, Map.of()))
                .hasMessage("The option session_init_sql_file isn't allowed");
    }
}
