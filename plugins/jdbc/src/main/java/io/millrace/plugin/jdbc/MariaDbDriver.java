// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What flows for MySQL and MariaDB say of TLS, as MariaDB's driver takes it. It stands in for
/// MySQL's own, which encrypts where the server can without being told to: MySQL from version 8 on
/// takes a password over TLS only, if nothing else is said.
///
/// @param url with the driver's scheme, and without what was said of TLS
/// @param orPlain whether a server that knows no TLS is spoken to without
record MariaDbDriver(String url, Properties properties, boolean orPlain) {
    private static final String MYSQL = "jdbc:mysql:";
    private static final String MARIADB = "jdbc:mariadb:";
    private static final String PREFER = "prefer";

    /// Of MySQL's driver and of MariaDB's, which mean different things by `useSSL`.
    private static final List<String> OF_TLS =
            List.of("sslmode", "usessl", "requiressl", "verifyservercertificate");

    /// Would make the driver read a file of the worker, or fetch one from anywhere: `sslRootCert`,
    /// `sslCert` and `sslKey` are for that.
    private static final List<String> FILES =
            List.of("keystore", "truststore", "serversslcert", "serverrsapublickeyfile");

    /// @param driver that takes the URL, if one does: MySQL's own may have been put beside this one
    static boolean takes(String url, @Nullable Driver driver) {
        return (url.startsWith(MYSQL) || url.startsWith(MARIADB))
                && (driver == null || driver instanceof org.mariadb.jdbc.Driver);
    }

    static MariaDbDriver of(
            String url, Properties given, Connecting.@Nullable Tls tls, TaskContext context)
            throws TaskFailedException, IOException {
        var said = new HashMap<String, String>();
        var properties = new Properties();
        for (var name : given.stringPropertyNames()) {
            if (!saysOfTls(name, given.getProperty(name), said)) {
                properties.setProperty(name, given.getProperty(name));
            }
        }
        var parts = url.split("\\?", 2);
        var options = new ArrayList<String>();
        for (var option : parts.length < 2 ? new String[0] : parts[1].split("&")) {
            var nameAndValue = option.split("=", 2);
            if (!saysOfTls(nameAndValue[0], nameAndValue.length < 2 ? "" : nameAndValue[1], said)) {
                options.add(option);
            }
        }
        boolean mysql = url.startsWith(MYSQL);
        var address = mysql ? MARIADB + parts[0].substring(MYSQL.length()) : parts[0];
        var mode = mode(said, tls, mysql);
        if (mode != null) {
            properties.setProperty("sslMode", mode.equals(PREFER) ? "trust" : mode);
        }
        if (tls != null) {
            certificates(tls, properties, context);
        }
        return new MariaDbDriver(
                options.isEmpty() ? address : address + "?" + String.join("&", options),
                properties,
                PREFER.equals(mode));
    }

    private static boolean saysOfTls(String name, String value, Map<String, String> said)
            throws TaskFailedException {
        var key = name.strip().toLowerCase(Locale.ROOT);
        if (FILES.contains(key)) {
            throw new TaskFailedException(
                    "The option %s isn't allowed: there are sslRootCert, sslCert and sslKey"
                            .formatted(name));
        }
        if (!OF_TLS.contains(key)) {
            return false;
        }
        said.put(key, value.strip());
        return true;
    }

    /// @return as the driver names it, or `prefer`; absent if that is the driver's to say
    private static @Nullable String mode(
            Map<String, String> said, Connecting.@Nullable Tls tls, boolean mysql) {
        if (tls != null && tls.sslMode() != null) {
            return named(tls.sslMode());
        }
        if (tls != null && tls.ssl() != null) {
            return tls.ssl() ? "verify-full" : "disable";
        }
        var mode = said.get("sslmode");
        if (mode != null) {
            return named(mode);
        }
        if (tls != null && (tls.sslRootCert() != null || tls.sslCert() != null)) {
            return "verify-ca";
        }
        var ssl = said.getOrDefault("usessl", "");
        if (!mysql) {
            return ssl.isEmpty() ? null : named(ssl);
        }
        if (ssl.equalsIgnoreCase("false")) {
            return "disable";
        }
        if (Boolean.parseBoolean(said.get("verifyservercertificate"))) {
            return "verify-ca";
        }
        return Boolean.parseBoolean(said.get("requiressl")) ? "trust" : PREFER;
    }

    /// MySQL, MariaDB and PostgreSQL have different names for the same.
    private static String named(String mode) {
        var name = mode.toLowerCase(Locale.ROOT).replace('_', '-');
        return switch (name) {
            case "preferred" -> PREFER;
            case "require", "required" -> "trust";
            case "disabled", "false" -> "disable";
            case "verify-identity", "true" -> "verify-full";
            default -> name;
        };
    }

    private static void certificates(Connecting.Tls tls, Properties properties, TaskContext context)
            throws TaskFailedException, IOException {
        if (tls.sslRootCert() != null) {
            properties.setProperty("serverSslCert", tls.sslRootCert().strip());
        }
        if (tls.sslCert() == null && tls.sslKey() == null) {
            return;
        }
        if (tls.sslCert() == null || tls.sslKey() == null) {
            throw new TaskFailedException("Expected both sslCert and sslKey");
        }
        var password = UUID.randomUUID().toString();
        var content = new ByteArrayOutputStream();
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "client",
                    Pem.key(tls.sslKey()),
                    password.toCharArray(),
                    Pem.certificates(tls.sslCert()));
            store.store(content, password.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new TaskFailedException(
                    "Expected a certificate and a key in PEM that belong together", e);
        }
        properties.setProperty(
                "keyStore", Databases.file("client.p12", content.toByteArray(), context));
        properties.setProperty("keyStorePassword", password);
        properties.setProperty("keyStoreType", "PKCS12");
    }

    /// What to connect with if the server knows no TLS and needn't.
    ///
    /// @param refusal of the first try
    /// @return absent if there is nothing else to try
    @Nullable Properties withoutTls(SQLException refusal) {
        if (!orPlain || !String.valueOf(refusal.getMessage()).contains("ssl not enabled")) {
            return null;
        }
        var others = new Properties();
        others.putAll(properties);
        others.setProperty("sslMode", "disable");
        return others;
    }

    /// The driver's words for a password that MySQL takes over TLS only, or encrypted with a key.
    static SQLException explained(SQLException refusal) {
        var message = String.valueOf(refusal.getMessage());
        return message.contains("RSA public key is not available")
                ? new SQLException(
                        message
                                + ": encrypt the connection (sslMode=REQUIRED), or let the server send its key (allowPublicKeyRetrieval=true)",
                        refusal)
                : refusal;
    }
}
