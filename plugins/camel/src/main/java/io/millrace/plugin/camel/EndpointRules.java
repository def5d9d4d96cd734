// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.EndpointServiceLocation;
import org.jspecify.annotations.Nullable;

/// What a flow may say to Camel. An endpoint's URI can do more than reach a service: name classes
/// to load, files and environment of the worker, code to run.
///
/// @param egress where the endpoint may be
/// @param only schemes of components; all if it is empty
/// @param local schemes that are used though they work on the worker itself
record EndpointRules(EgressPolicy egress, Set<String> only, Set<String> local) {
    /// Work on the worker's files, processes and classes, whatever they say of themselves.
    private static final Set<String> LOCAL =
            Set.of(
                    "bean",
                    "class",
                    "controlbus",
                    "docker",
                    "exec",
                    "file",
                    "file-watch",
                    "freemarker",
                    "groovy",
                    "jcr",
                    "jetty",
                    "jgroups",
                    "jmx",
                    "jolt",
                    "kamelet",
                    "language",
                    "ldif",
                    "lucene",
                    "mvel",
                    "mybatis",
                    "platform-http",
                    "ref",
                    "rest",
                    "rest-api",
                    "script",
                    "servlet",
                    "spring-batch",
                    "stream",
                    "string-template",
                    "undertow",
                    "velocity",
                    "wasm",
                    "xquery",
                    "xslt",
                    "xslt-saxon");

    /// Says where the endpoint is, by the last word of a parameter's name.
    private static final Pattern PLACE =
            Pattern.compile(
                    "(?i).*(host|hosts|hostname|hostnames|server|servers|broker|brokers|url|urls|uri|uris|endpoint|endpoints|address|addresses|nodes|contactpoints|override)");

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?<![\\w.])(\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?|\\[[0-9a-fA-F:.]+](?::\\d{1,5})?)(?![\\w.])");

    /// Would make the worker read its files, or load what the flow names.
    private static final Pattern WORKERS_OWN =
            Pattern.compile(
                    "(?i)(localWorkDirectory|.*(key|cert|certificate|hosts|store|config|configuration|credentials?|account)(file|path|location|uri)|.*(key|trust)store|.*(class|classes|classname|contextfactory)|.*serializ\\w*|transferEx\\w+|allowJava\\w*|allowDefaultCodec|.*(idempotent|inprogress)Repository|.*script|sslContextParameters)");

    /// Values that name files or classes of the worker.
    private static final Pattern FILE_URL =
            Pattern.compile("(?is)(RAW[({])?\\s*(file|jar|classpath|resource|ref|bean):.*");

    /// Headers that say where to, what to run or what to read in place of the endpoint.
    private static final Pattern STEERING =
            Pattern.compile(
                    "(?i)Camel.*(uri|url|host|port|endpoint|override|destination|exec|command|args|bean|method.?name|language|script|template|resource|localwork|serializ|proxy|contentas).*");

    private static final Map<String, Integer> PORTS =
            Map.of("http", 80, "https", 443, "ftp", 21, "ftps", 21, "sftp", 22);

    static EndpointRules of(PluginSettings settings) {
        return new EndpointRules(
                EgressPolicy.of(settings),
                Set.copyOf(settings.list("camel.only")),
                Set.copyOf(settings.list("camel.local")));
    }

    EndpointRules {
        only = Set.copyOf(only);
        local = Set.copyOf(local);
    }

    /// Before the endpoint is made.
    ///
    /// @param said all that its URI and its parameters say
    /// @throws TaskFailedException if that isn't for flows
    void check(String scheme, String uri, Map<String, String> said) throws TaskFailedException {
        if (!only.isEmpty() && !only.contains(scheme)) {
            throw new TaskFailedException(
                    "The component %s isn't among those that may be used".formatted(scheme));
        }
        if (LOCAL.contains(scheme) && !local.contains(scheme)) {
            throw ofTheWorker(scheme);
        }
        if (uri.contains("{{") || uri.contains("${") || uri.contains("$simple{")) {
            throw new TaskFailedException("Expected no placeholders of Camel in `uri`");
        }
        for (var entry : said.entrySet()) {
            checkValue(entry.getKey(), entry.getValue());
        }
        var port = number(said.get("port"), PORTS.getOrDefault(scheme, 0));
        for (var entry : said.entrySet()) {
            if (PLACE.matcher(entry.getKey()).matches()) {
                checkPlaces(entry.getValue(), port);
            }
        }
        checkAddresses(uri, port);
        for (var value : said.values()) {
            checkAddresses(value, port);
        }
    }

    private static void checkValue(String name, String value) throws TaskFailedException {
        if (WORKERS_OWN.matcher(name).matches() || FILE_URL.matcher(value).matches()) {
            throw new TaskFailedException(
                    "The parameter %s isn't for flows: it speaks of files or classes of the worker"
                            .formatted(name));
        }
        if (isLookedUp(value)) {
            throw new TaskFailedException(
                    "Expected a plain value in the parameter %s: no #, {{ or ${".formatted(name));
        }
    }

    private static boolean isLookedUp(String value) {
        var plain = value.strip();
        return plain.startsWith("#")
                || plain.contains("{{")
                || plain.contains("${")
                || plain.contains("$simple{");
    }

    /// Once it is made, and says itself where and what it is.
    ///
    /// @throws TaskFailedException if a task may not connect there
    void check(String scheme, Endpoint endpoint) throws TaskFailedException {
        if (!endpoint.isRemote() && !local.contains(scheme)) {
            throw ofTheWorker(scheme);
        }
        if (endpoint instanceof EndpointServiceLocation location) {
            var url = location.getServiceUrl();
            if (url != null && (url.contains("://") || url.contains(":") || url.contains("."))) {
                checkPlaces(url, PORTS.getOrDefault(scheme, 0));
            }
        }
    }

    private static TaskFailedException ofTheWorker(String scheme) {
        return new TaskFailedException(
                "The component %s works on the worker itself, which isn't for flows"
                        .formatted(scheme));
    }

    /// @throws TaskFailedException if one would lead elsewhere, or make the worker run something
    static void checkHeaders(Map<String, ? extends @Nullable Object> headers)
            throws TaskFailedException {
        for (var header : headers.entrySet()) {
            if (STEERING.matcher(header.getKey()).matches()) {
                throw new TaskFailedException(
                        "The header %s isn't for flows".formatted(header.getKey()));
            }
            if (header.getValue() != null && isLookedUp(String.valueOf(header.getValue()))) {
                throw new TaskFailedException(
                        "Expected a plain value in the header %s: no #, {{ or ${"
                                .formatted(header.getKey()));
            }
        }
    }

    /// @param text hosts with or without ports, or URLs, separated by commas
    private void checkPlaces(String text, int otherPort) throws TaskFailedException {
        for (var part : unwrapped(text).split("[,;\\s]+")) {
            var place = part.strip();
            int port = otherPort;
            int colon = place.indexOf("://");
            if (colon > 0) {
                var protocol = place.substring(0, colon).toLowerCase(Locale.ROOT);
                port = PORTS.getOrDefault(protocol.substring(protocol.lastIndexOf(':') + 1), port);
                place = place.substring(colon + 3);
            }
            // as some say it: ftp:host:21
            place = place.replaceFirst("^[A-Za-z][\\w+.-]*:(?=[A-Za-z\\[]|\\d{1,3}\\.)", "");
            place = place.replaceFirst("^/+", "").split("[/?#\\\\]", 2)[0];
            place = place.substring(place.lastIndexOf('@') + 1);
            if (!place.isEmpty()) {
                egress.checkServer(place, port);
            }
        }
    }

    private void checkAddresses(String text, int port) throws TaskFailedException {
        var seen = new HashSet<String>();
        for (var found = ADDRESS.matcher(text); found.find(); ) {
            if (seen.add(found.group(1))) {
                egress.checkServer(found.group(1), port);
            }
        }
    }

    private static String unwrapped(String value) {
        var text = value.strip();
        for (var ends : List.of("()", "{}")) {
            if (text.startsWith("RAW" + ends.charAt(0)) && text.endsWith("" + ends.charAt(1))) {
                return text.substring(4, text.length() - 1);
            }
        }
        return text;
    }

    private static int number(@Nullable String text, int otherwise) {
        try {
            return text == null ? otherwise : Integer.parseInt(text.strip());
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }
}
