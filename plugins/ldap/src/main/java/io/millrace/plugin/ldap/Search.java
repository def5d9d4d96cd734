// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import com.unboundid.ldif.LDIFWriter;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Searches entries, page by page, into a file in LDIF or of rows.
@Plugin(type = "io.kestra.plugin.ldap.Search", title = "Search entries of LDAP")
public final class Search extends LdapTask<Search.Properties, Search.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Where to search") @Default("ou=system") String baseDn,
            @Title("Which entries") @Default("(objectclass=*)") String filter,
            @Title("Attributes; * is all, + what the server keeps") @Default("[\"*\"]")
                    List<String> attributes,
            @Title("BASE, ONE, SUB or SUBORDINATE_SUBTREE") @Default("SUB") String sub,
            @Title("How many at most; without limit if absent") @Nullable Integer sizeLimit,
            @Title("How many at once") @Default("500") Integer pageSize,
            @Title("LDIF, or ROWS: an entry a line") @Default("LDIF") Format format)
            implements At {}

    public record Outputs(@Title("The file") URI uri, @Title("How many") long size) {}

    @Override
    Outputs work(LDAPConnection ldap, Properties properties, TaskContext context) throws Exception {
        var request =
                new SearchRequest(
                        properties.baseDn(),
                        scope(properties.sub()),
                        properties.filter(),
                        properties.attributes().toArray(String[]::new));
        long most = properties.sizeLimit() == null ? Long.MAX_VALUE : properties.sizeLimit();
        long size = 0;
        try (var file = NewFile.create(context)) {
            var ldif = new LDIFWriter(file.stream());
            ASN1OctetString cookie = null;
            do {
                request.setControls(
                        new SimplePagedResultsControl(
                                (int) Math.min(properties.pageSize(), most - size), cookie));
                var page = ldap.search(request);
                var entries = page.getSearchEntries();
                for (var entry : entries == null ? List.<SearchResultEntry>of() : entries) {
                    if (size++ >= most) {
                        break;
                    }
                    if (properties.format() == Format.LDIF) {
                        ldif.writeEntry(entry);
                    } else {
                        var row = new LinkedHashMap<String, @Nullable Object>();
                        row.put("dn", entry.getDN());
                        var attributes = new TreeMap<String, List<String>>();
                        for (var attribute : entry.getAttributes()) {
                            attributes.put(
                                    attribute.getName(), Arrays.asList(attribute.getValues()));
                        }
                        row.put("attributes", attributes);
                        file.stream().write(JsonMapper.shared().writeValueAsBytes(row));
                        file.stream().write('\n');
                    }
                }
                var more = SimplePagedResultsControl.get(page);
                cookie = more != null && more.moreResultsToReturn() ? more.getCookie() : null;
            } while (cookie != null && size < most);
            ldif.flush();
            context.count("entries.found", (double) size, Map.of());
            return new Outputs(
                    file.store(properties.format() == Format.LDIF ? ".ldif" : ".ion"), size);
        }
    }

    /// What the file has.
    public enum Format {
        LDIF,
        ROWS
    }

    private static SearchScope scope(String text) throws TaskFailedException {
        return switch (text.strip().toUpperCase(Locale.ROOT)) {
            case "BASE" -> SearchScope.BASE;
            case "ONE" -> SearchScope.ONE;
            case "SUB" -> SearchScope.SUB;
            case "SUBORDINATE_SUBTREE" -> SearchScope.SUBORDINATE_SUBTREE;
            default ->
                    throw new TaskFailedException(
                            "Expected BASE, ONE, SUB or SUBORDINATE_SUBTREE but got '%s'"
                                    .formatted(text));
        };
    }
}
