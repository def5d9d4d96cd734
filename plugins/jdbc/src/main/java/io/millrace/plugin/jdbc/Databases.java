// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Links;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Opens connections with the drivers in the plugin's directory: those that it brings, and those
/// that were put beside them.
final class Databases {
    /// What lets a driver come as the worker itself.
    private static final Pattern AS_WORKER =
            Pattern.compile(
                    "activedirectory(managedidentity|msi|default|integrated)|keyvaultmanagedidentity");

    /// What would let whoever writes a URL run code in the worker, or read its files.
    private static final List<String> REFUSED =
            List.of(
                    "socketfactory",
                    "socketfactoryarg",
                    "sslfactory",
                    "sslhostnameverifier",
                    "authenticationpluginclassname",
                    "loggerfile",
                    "allowlocalinfile",
                    "allowloadlocalinfile",
                    "allowloadlocalinfileinpath",
                    "autodeserialize",
                    "queryinterceptors",
                    "statementinterceptors",
                    "pipe",
                    "localsocket",
                    "trustcertificatekeystoreurl",
                    "clientcertificatekeystoreurl",
                    "enable_load_extension",
                    "limit_attached",
                    "session_init_sql_file",
                    "sslfactoryarg",
                    "sslpasswordcallback",
                    "sslpasswordcallbackclassname",
                    "xmlfactoryfactory",
                    "connectexecutor",
                    "connectexecutorarg",
                    "socketfactoryclass",
                    "socketfactoryconstructorarg",
                    "trustmanagerclass",
                    "trustmanagerconstructorarg",
                    "accesstokencallbackclass",
                    "connectionlifecycleinterceptors",
                    "exceptioninterceptors",
                    "clientinfoprovider",
                    "propertiestransform",
                    "serverconfigcachefactory",
                    "loadbalancestrategy",
                    "ha.loadbalancestrategy",
                    "authenticationplugins",
                    "defaultauthenticationplugin",
                    "profilereventhandler",
                    "allowurlinlocalinfile",
                    "idtokenfile",
                    "plugin_name",
                    "inifile",
                    "factory",
                    "httpclient_factory",
                    "httpclient_impl",
                    "ociconfigfile",
                    // would come as the worker itself: its environment, its tickets
                    "credentialtype",
                    "gssusedefaultcreds",
                    "integratedsecurity",
                    "usedefaultgsscredential",
                    // would connect elsewhere than the URL says
                    "permitredirect",
                    "enclaveattestationurl",
                    "pghost",
                    "pgport",
                    "service",
                    "server",
                    "servername",
                    "host",
                    "hostname",
                    "port",
                    "portnumber",
                    "failoverpartner",
                    "sockshost",
                    "socksproxyhost",
                    "proxyhost",
                    "httpproxyhost",
                    "https_proxy",
                    "oracle.net.socksproxyhost",
                    "proxy server",
                    "clientreroutealternateservername",
                    "clientrerouteserverlistjndiname",
                    "tinyproxy",
                    // Trino: other ways to the server, and a class that is loaded by its name
                    "socksproxy",
                    "httpproxy",
                    "dnsresolver",
                    // and who the worker is
                    "sslkeystorepath",
                    "wallet_location",
                    "oracle.net.wallet_location",
                    "my_wallet_directory",
                    "javax.net.ssl.keystore",
                    "oracle.jdbc.tokenlocation",
                    "tns_admin",
                    "oracle.net.tns_admin",
                    "sslusesystemkeystore",
                    "kerberoskeytabpath",
                    "kerberoscredentialcachepath",
                    "init",
                    // Snowflake: the statements PUT and GET, with files of the worker; its files,
                    // who it is in its cloud, and other places
                    "enableputget",
                    "private_key_file",
                    "client_config_file",
                    "diagnostics_allowlist_file",
                    "workloadidentityprovider",
                    "serverurl",
                    "url",
                    "oauthauthorizationurl",
                    "oauthtokenrequesturl");

    private final PluginSettings settings;
    private final Duration longestLogin;
    private final EgressPolicy egress;

    Databases(PluginSettings settings) {
        this.settings = settings;
        this.longestLogin = settings.duration("jdbc.login-timeout", Duration.ofMinutes(1));
        this.egress = EgressPolicy.of(settings);
    }

    /// @throws TaskFailedException if the URL isn't one that a task may use, or the database says
    ///   no
    Connection open(Connecting connecting, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        var url = url(connecting.url(), context);
        var properties = properties(connecting, url);
        var driver = driver(url);
        try {
            if (MariaDbDriver.takes(url, driver)) {
                return connect(MariaDbDriver.of(url, properties, connecting.tls(), context));
            }
            if (driver == null) {
                throw new TaskFailedException(
                        "There is no driver for %s: put its jar into the directory `jdbc` of the plugin folder"
                                .formatted(Hosts.kind(url)));
            }
            if (connecting.tls() != null) {
                tls(Hosts.kind(url), connecting.tls(), properties, context);
            }
            var connection = connect(driver, url, properties);
            if (Hosts.kind(url).equals("duckdb")) {
                confine(connection, context);
            }
            return connection;
        } catch (SQLException e) {
            throw new TaskFailedException(
                    "Unable to connect%s: %s".formatted(to(url), e.getMessage()), e);
        }
    }

    private Connection connect(MariaDbDriver told)
            throws SQLException, TaskFailedException, InterruptedException {
        var driver = new org.mariadb.jdbc.Driver();
        try {
            return connect(driver, told.url(), told.properties());
        } catch (SQLException e) {
            var withoutTls = told.withoutTls(e);
            if (withoutTls == null) {
                throw MariaDbDriver.explained(e);
            }
            return connect(driver, told.url(), withoutTls);
        }
    }

    /// On a virtual thread of its own: an interrupt closes the socket under it. So a server that
    /// says nothing is left when the task ends, or after a while, whatever the driver does.
    private Connection connect(Driver driver, String url, Properties properties)
            throws SQLException, TaskFailedException, InterruptedException {
        var opening =
                new FutureTask<>(() -> {
                    var connection = driver.connect(url, properties);
                    if (connection != null && Thread.interrupted()) {
                        connection.close();
                    }
                    return connection;
                });
        Thread.ofVirtual().name("connect").start(opening);
        try {
            var connection = opening.get(longestLogin.toMillis(), TimeUnit.MILLISECONDS);
            if (connection == null) {
                throw new TaskFailedException(
                        "The driver doesn't take this URL: " + Hosts.kind(url));
            }
            return connection;
        } catch (TimeoutException e) {
            throw new TaskFailedException(
                    "Unable to connect%s: the database doesn't answer within %s"
                            .formatted(to(url), longestLogin),
                    e);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case SQLException cause -> cause;
                case RuntimeException cause -> new SQLException(cause.getMessage(), cause);
                case null, default -> new SQLException(e.getCause());
            };
        } finally {
            opening.cancel(true);
        }
    }

    private static @Nullable Driver driver(String url) throws TaskFailedException {
        var found = ServiceLoader.load(Driver.class, Databases.class.getClassLoader()).stream();
        for (var one : (Iterable<ServiceLoader.Provider<Driver>>) found::iterator) {
            try {
                var driver = one.get();
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) {
                throw new TaskFailedException("The driver doesn't take this URL", e);
            } catch (ServiceConfigurationError _) {
                // one that was put there without what it needs is in no other's way
            }
        }
        return null;
    }

    /// Whether it is a file, or memory, of this process.
    static boolean isInProcess(@Nullable String url) {
        return url == null || List.of("sqlite", "duckdb").contains(Hosts.kind(url.strip()));
    }

    private String url(@Nullable String given, TaskContext context)
            throws IOException, TaskFailedException {
        var url = given == null ? "jdbc:duckdb:" : given.strip();
        if (!url.startsWith("jdbc:")) {
            throw new TaskFailedException("Expected a URL that begins with jdbc:");
        }
        // this kind's URL is its first option
        var options = url.substring(5).replaceFirst("^avatica:remote:url=", "");
        for (var option : options.split("[?&;]")) {
            var parts = option.split("=", 2);
            // some kinds begin their options with a colon
            var name =
                    parts.length == 1 ? option : parts[0].substring(parts[0].lastIndexOf(':') + 1);
            refuse(name, parts.length == 1 ? "" : parts[1]);
        }
        return switch (Hosts.kind(url)) {
            case "sqlite" -> inDirectory("jdbc:sqlite:", url, context);
            case "duckdb" -> inDirectory("jdbc:duckdb:", url, context);
            default -> {
                for (var host : Hosts.of(url)) {
                    egress.checkServer(host, Hosts.port(Hosts.kind(url)));
                }
                yield url;
            }
        };
    }

    /// For messages; nothing of what runs within the task.
    private static String to(String url) {
        var hosts = Hosts.find(url);
        return hosts.isEmpty() ? "" : " to " + String.join(",", hosts);
    }

    private static void refuse(String option, String value) throws TaskFailedException {
        var name = option.strip().toLowerCase(Locale.ROOT);
        boolean asWorker =
                (name.equals("authentication") || name.equals("keystoreauthentication"))
                        && AS_WORKER.matcher(value.strip().toLowerCase(Locale.ROOT)).matches();
        if (REFUSED.contains(name) || name.startsWith("oracle.jdbc.provider.") || asWorker) {
            throw new TaskFailedException(
                    "The option %s isn't allowed"
                            .formatted(asWorker ? option + "=" + value : option));
        }
    }

    /// A database in a file lies in the task's directory, or below a directory that the operator
    /// allows by `jdbc.directories`.
    private String inDirectory(String prefix, String url, TaskContext context)
            throws IOException, TaskFailedException {
        // the libraries follow links, and know more names than the database's: of its journal, of
        // files in SQL
        Links.refuseOutward(context.workingDirectory());
        var rest = url.substring(prefix.length());
        int end = rest.indexOf('?');
        var file = end < 0 ? rest : rest.substring(0, end);
        var options = end < 0 ? "" : rest.substring(end);
        if (file.isEmpty() || file.equals(":memory:")) {
            return url;
        }
        if (file.startsWith("file:") || file.startsWith(":")) {
            throw new TaskFailedException("Expected the path of a file but got another address");
        }
        var work = context.workingDirectory().toAbsolutePath().normalize();
        var path = work.resolve(file).normalize();
        var allowed =
                Stream.concat(
                                Stream.of(work),
                                settings.list("jdbc.directories").stream()
                                        .map(d -> Path.of(d).toAbsolutePath()))
                        .filter(path::startsWith)
                        .findFirst()
                        .orElseThrow(() ->
                                new TaskFailedException(
                                        "Expected a file in the working directory, or in one that the operator allows, but got '%s'"
                                                .formatted(file)));
        Links.refuseAt(allowed, path);
        return prefix + path + options;
    }

    /// DuckDB reads any file it is told to: only those of the task, unless the operator says other.
    private void confine(Connection connection, TaskContext context) throws SQLException {
        // its own is most of the machine's, which it isn't alone on
        try (var statement = connection.createStatement()) {
            statement.execute(
                    "set memory_limit = '%s'"
                            .formatted(quoted(settings.text("jdbc.duckdb.memory").orElse("1GB"))));
        }
        if (settings.flag("jdbc.duckdb.external-access", false)) {
            return;
        }
        var directory = context.workingDirectory().toAbsolutePath().normalize().toString();
        try (var statement = connection.createStatement()) {
            statement.execute("set home_directory = '%s'".formatted(quoted(directory)));
            statement.execute("set temp_directory = '%s/.tmp'".formatted(quoted(directory)));
            statement.execute("set allowed_directories = ['%s/']".formatted(quoted(directory)));
            statement.execute("set enable_external_access = false");
            statement.execute("set lock_configuration = true");
        }
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }

    private static Properties properties(Connecting connecting, String url)
            throws TaskFailedException {
        var properties = new Properties();
        defaults(Hosts.kind(url), properties);
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            // unless told so, MariaDB's driver sends a server any file of the worker
            properties.setProperty("allowLocalInfile", String.valueOf(connecting.loadsFile()));
        }
        if (connecting.properties() != null) {
            for (var entry : connecting.properties().entrySet()) {
                refuse(entry.getKey(), entry.getValue());
                properties.setProperty(entry.getKey(), entry.getValue());
            }
        }
        if (connecting.username() != null) {
            properties.setProperty("user", connecting.username());
        }
        if (connecting.password() != null) {
            properties.setProperty("password", connecting.password());
        }
        return properties;
    }

    /// So that nobody waits for ever for a host that doesn't answer, and rows come as they are
    /// read.
    private static void defaults(String kind, Properties properties) {
        switch (kind) {
            case "postgresql" -> {
                properties.setProperty("connectTimeout", "10");
                properties.setProperty("tcpKeepAlive", "true");
                properties.setProperty("ApplicationName", "Millrace");
                // a text fits a column of dates or JSON, as rows from files have them
                properties.setProperty("stringtype", "unspecified");
            }
            case "mysql", "mariadb" -> {
                properties.setProperty("connectTimeout", "10000");
                properties.setProperty("useCursorFetch", "true");
                // a server would send the client to others, which nobody has checked
                properties.setProperty("permitRedirect", "false");
            }
            case "sqlserver" -> properties.setProperty("loginTimeout", "20");
            case "duckdb" -> properties.setProperty("jdbc_stream_results", "true");
            // its statements PUT and GET would be about the worker's files
            case "snowflake" -> properties.setProperty("enablePutGet", "false");
            case "sqlite" -> {
                properties.setProperty("limit_attached", "0");
                properties.setProperty("busy_timeout", "10000");
            }
            default -> {
                // the driver's own
            }
        }
    }

    /// In the words of the database's driver.
    private static void tls(
            String kind, Connecting.Tls tls, Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        var mode = tls.sslMode() == null ? null : tls.sslMode().toLowerCase(Locale.ROOT);
        switch (kind) {
            case "postgresql" -> {
                set("ssl", tls.ssl(), properties);
                set("sslmode", mode == null ? null : mode.replace('_', '-'), properties);
                set("sslrootcert", certificate("root.crt", tls.sslRootCert(), context), properties);
                set("sslcert", certificate("client.crt", tls.sslCert(), context), properties);
                if (tls.sslKey() != null) {
                    set("sslkey", file("client.pk8", der(tls.sslKey()), context), properties);
                }
                set("sslpassword", tls.sslKeyPassword(), properties);
            }
            case "trino" -> {
                refuseClientCertificate(kind, tls);
                set("SSL", tls.ssl(), properties);
                set(
                        "SSLVerification",
                        mode == null ? null : mode.replace("verify_", "").toUpperCase(Locale.ROOT),
                        properties);
                set(
                        "SSLTrustStorePath",
                        certificate("root.crt", tls.sslRootCert(), context),
                        properties);
            }
            default -> {
                if (!tls.equals(NO_TLS)) {
                    throw new TaskFailedException(
                            "Expected what is said of TLS in `url` or `properties`, as %s's driver takes it"
                                    .formatted(kind));
                }
            }
        }
    }

    private static final Connecting.Tls NO_TLS =
            new Connecting.Tls(null, null, null, null, null, null);

    private static void refuseClientCertificate(String kind, Connecting.Tls tls)
            throws TaskFailedException {
        if (tls.sslCert() != null || tls.sslKey() != null || tls.sslKeyPassword() != null) {
            throw new TaskFailedException(
                    "A client's certificate is for PostgreSQL only, but the URL is of " + kind);
        }
    }

    private static void set(String name, @Nullable Object value, Properties properties) {
        if (value != null) {
            properties.setProperty(name, value.toString());
        }
    }

    private static @Nullable String certificate(
            String name, @Nullable String pem, TaskContext context) throws IOException {
        return pem == null ? null : file(name, pem.getBytes(UTF_8), context);
    }

    private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

    /// The driver takes the key of a PEM file without its armour.
    private static byte[] der(String pem) throws TaskFailedException {
        try {
            return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected sslKey in PEM (PKCS#8)", e);
        }
    }

    static String file(String name, byte[] content, TaskContext context) throws IOException {
        var only =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var file = Files.createTempFile(context.ownDirectory(), "jdbc-", name, only);
        return Files.write(file, content).toString();
    }
}
