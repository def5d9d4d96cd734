// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.TaskFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a URL leads, as its driver reads it.
final class Hosts {
    private static final Pattern USUAL = Pattern.compile("jdbc:[\\w:-]+?//(?:[^/@]*@)?([^/?;]+).*");

    /// Kinds whose drivers take other URLs for what is on this machine, or in a file.
    private static final Map<String, Pattern> STRICT =
            Map.of(
                    "postgresql", Pattern.compile("jdbc:postgresql://.*"),
                    "sqlserver", Pattern.compile("jdbc:sqlserver://.*"),
                    "mysql", Pattern.compile("jdbc:mysql:(\\w+:)?//.*"),
                    "mariadb", Pattern.compile("jdbc:mariadb:(\\w+:)?//.*"));

    /// Kinds that write their hosts in another way.
    private static final Map<String, Pattern> UNUSUAL =
            Map.of(
                    // a name alone would be looked up in a file
                    "oracle",
                            Pattern.compile(
                                    "jdbc:oracle:thin:[^@]*@(?:(?:tcps?:)?//([^/?()\\s@]+)|([^/?:,()\\s@]+:\\d+)[:/])[^()@]*"),
                    "sybase", Pattern.compile("jdbc:sybase:Tds:([^/?]+).*"),
                    "dremio", Pattern.compile("jdbc:dremio:direct=([^;]+).*"),
                    "avatica", Pattern.compile("jdbc:avatica:remote:url=https?://([^/?;@]+).*"));

    /// Oracle's long form: `@(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1521))…)`.
    private static final Pattern DESCRIPTION =
            Pattern.compile("jdbc:oracle:thin:[^@]*@\\s*(\\([\\w\\s()=.:-]+\\))\\s*");

    private static final Pattern ADDRESS =
            Pattern.compile("(?i)\\(\\s*ADDRESS\\s*=((?:\\s*\\([^()]*\\))+)\\s*\\)");
    private static final Pattern HOST =
            Pattern.compile("(?i)\\(\\s*HOST\\s*=\\s*([^()\\s]+)\\s*\\)");
    private static final Pattern PORT = Pattern.compile("(?i)\\(\\s*PORT\\s*=\\s*(\\d+)\\s*\\)");

    /// Would lead by way of another host, or read files of the worker.
    private static final Pattern DETOUR =
            Pattern.compile("(?i)PROXY|WALLET|DIRECTORY|LOCATION|FILE");

    private Hosts() {}

    /// Such as `postgresql`.
    static String kind(String url) {
        var parts = url.split(":", 3);
        return parts.length < 3 ? "" : parts[1].toLowerCase(Locale.ROOT);
    }

    /// Where databases of a kind listen; 0 if that isn't known.
    static int port(String kind) {
        return switch (kind) {
            case "postgresql" -> 5432;
            case "mysql", "mariadb" -> 3306;
            case "sqlserver" -> 1433;
            case "oracle" -> 1521;
            default -> 0;
        };
    }

    /// Each as `host` or `host:port`; at least one.
    ///
    /// @throws TaskFailedException if the URL doesn't say it
    static List<String> of(String url) throws TaskFailedException {
        var hosts = find(url);
        if (hosts.isEmpty()) {
            throw new TaskFailedException(
                    "Expected a URL that names its host, such as jdbc:%s"
                            .formatted(
                                    kind(url).equals("oracle")
                                            ? "oracle:thin:@//host:1521/service"
                                            : kind(url) + "://host/database"));
        }
        return hosts;
    }

    /// As [#of]; nothing if the URL doesn't say it.
    static List<String> find(String url) {
        var kind = kind(url);
        var description = DESCRIPTION.matcher(url);
        if (description.matches()) {
            return described(description.group(1));
        }
        var strict = STRICT.get(kind);
        var hosts = UNUSUAL.getOrDefault(kind, USUAL).matcher(url);
        if ((strict != null && !strict.matcher(url).matches()) || !hosts.matches()) {
            return List.of();
        }
        // SQL Server has instances with names
        return List.of(first(hosts).replaceAll("\\\\[^:,]*", "").split(","));
    }

    private static String first(Matcher found) {
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    private static List<String> described(String description) {
        var hosts = new ArrayList<String>();
        ADDRESS.matcher(description)
                .results()
                .map(address -> address.group(1))
                .forEach(address -> {
                    var host = HOST.matcher(address);
                    var port = PORT.matcher(address);
                    if (host.find() && port.find()) {
                        hosts.add(host.group(1) + ":" + port.group(1));
                    }
                });
        boolean isAll = HOST.matcher(description).results().count() == hosts.size();
        return isAll && !DETOUR.matcher(description).find() ? hosts : List.of();
    }
}
