// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import java.net.URI;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Which account is asked, and who asks: by its key ("Authorize with Shared Key"), by a signature
/// in the URL, or nobody.
///
/// @param endpoint without a slash at its end
/// @param key with its account's name
/// @param signature query of a shared access signature, without `?`
record Credentials(String endpoint, @Nullable Key key, @Nullable String signature) {
    /// Of the API.
    static final String VERSION = "2021-12-02";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    /// Headers that are signed by their place, in this order.
    private static final List<String> SIGNED =
            List.of(
                    "content-encoding",
                    "content-language",
                    "content-length",
                    "content-md5",
                    "content-type",
                    "date",
                    "if-modified-since",
                    "if-match",
                    "if-none-match",
                    "if-unmodified-since",
                    "range");

    /// An account's key.
    record Key(String account, byte[] bytes) {
        String sign(String text) {
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
                return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static Credentials of(Account account) throws TaskFailedException {
        var parts = parts(account.connectionString());
        var name = either(account.sharedKeyAccountName(), parts.get("accountname"));
        var secret = either(account.sharedKeyAccountAccessKey(), parts.get("accountkey"));
        var endpoint = either(account.endpoint(), parts.get("blobendpoint"));
        if (endpoint == null && name != null) {
            endpoint =
                    "%s://%s.blob.%s"
                            .formatted(
                                    parts.getOrDefault("defaultendpointsprotocol", "https"),
                                    name,
                                    parts.getOrDefault("endpointsuffix", "core.windows.net"));
        }
        if (endpoint == null) {
            throw new TaskFailedException("Expected `endpoint` or `connectionString`");
        }
        if ((name == null) != (secret == null)) {
            throw new TaskFailedException(
                    "Expected `sharedKeyAccountName` and `sharedKeyAccountAccessKey` together");
        }
        var sas = either(account.sasToken(), parts.get("sharedaccesssignature"));
        return new Credentials(
                endpoint.strip().replaceFirst("/+$", ""),
                name == null || secret == null ? null : new Key(name, decoded(secret)),
                sas == null ? null : sas.strip().replaceFirst("^\\?", ""));
    }

    private static Map<String, String> parts(@Nullable String connection)
            throws TaskFailedException {
        var parts = new HashMap<String, String>();
        if (connection != null) {
            for (var part : connection.strip().split(";")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parts.put(
                            part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                            part.substring(equals + 1).strip());
                } else if (!part.isBlank()) {
                    throw new TaskFailedException(
                            "Expected a connection string such as AccountName=…;AccountKey=…");
                }
            }
        }
        return parts;
    }

    private static @Nullable String either(@Nullable String one, @Nullable String other) {
        return one == null || one.isBlank() ? other : one.strip();
    }

    private static byte[] decoded(String key) throws TaskFailedException {
        try {
            return Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException _) {
            throw new TaskFailedException("Expected the account's key in Base64");
        }
    }

    /// Whether nothing of these says who asks.
    boolean isAnonymous() {
        return key == null && signature == null;
    }

    /// The headers of a request, signed if there is a key.
    Map<String, String> sign(FileHttp.Call call) {
        var headers = new LinkedHashMap<>(call.headers());
        headers.put("x-ms-version", VERSION);
        headers.put("x-ms-date", DATE.format(Instant.now()));
        if (key != null && signature == null) {
            headers.put(
                    "Authorization",
                    "SharedKey %s:%s".formatted(key.account(), key.sign(text(call, headers, key))));
        }
        return headers;
    }

    private static String text(FileHttp.Call call, Map<String, String> headers, Key key) {
        var byName = new TreeMap<String, String>();
        headers.forEach((name, value) -> byName.put(name.toLowerCase(Locale.ROOT), value.strip()));
        var body = call.body();
        if (body != null && body.length > 0) {
            byName.put("content-length", String.valueOf(body.length));
        }
        var text = new StringBuilder(call.method()).append('\n');
        SIGNED.forEach(name -> text.append(byName.getOrDefault(name, "")).append('\n'));
        byName.forEach((name, value) -> {
            if (name.startsWith("x-ms-")) {
                text.append(name).append(':').append(value).append('\n');
            }
        });
        text.append('/').append(key.account()).append(call.uri().getRawPath());
        query(call.uri())
                .forEach((name, value) -> text.append('\n').append(name).append(':').append(value));
        return text.toString();
    }

    private static Map<String, String> query(URI uri) {
        var parameters = new TreeMap<String, String>();
        var query = uri.getRawQuery();
        if (query != null) {
            for (var part : query.split("&")) {
                int equals = part.indexOf('=');
                parameters.put(
                        URLDecoder.decode(part.substring(0, equals), UTF_8)
                                .toLowerCase(Locale.ROOT),
                        URLDecoder.decode(part.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    /// The query of a signature that lets who has it at one blob for a while ("Create a service
    /// SAS").
    ///
    /// @param permissions letters
    /// @throws TaskFailedException if there is no key to sign with
    String share(String container, String blob, String permissions, Instant until)
            throws TaskFailedException {
        if (key == null) {
            throw new TaskFailedException("Expected the account's key: it signs");
        }
        var expiry = DateTimeFormatter.ISO_INSTANT.format(until.truncatedTo(ChronoUnit.SECONDS));
        // permissions, start, expiry, resource, identifier, addresses, protocol, version, kind,
        // snapshot, encryption scope, and five headers of the answer
        var text =
                String.join(
                        "\n",
                        permissions,
                        "",
                        expiry,
                        "/blob/%s/%s/%s".formatted(key.account(), container, blob),
                        "",
                        "",
                        "",
                        VERSION,
                        "b",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "");
        var query = new LinkedHashMap<String, String>();
        query.put("sv", VERSION);
        query.put("se", expiry);
        query.put("sr", "b");
        query.put("sp", permissions);
        query.put("sig", key.sign(text));
        return query.entrySet().stream()
                .map(e -> e.getKey() + "=" + BlobPath.encoded(e.getValue()))
                .collect(Collectors.joining("&"));
    }
}
