// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFAddChangeRecord;
import com.unboundid.ldif.LDIFChangeRecord;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.List;
import java.util.Map;

/// Adds the entries of files in LDIF.
@Plugin(type = "io.kestra.plugin.ldap.Add", title = "Add entries to LDAP")
public final class Add extends LdapTask<Add.Properties, Add.Outputs> {

    public record Properties(
            @Inline Server server, @Title("URIs of files in LDIF") List<String> inputs)
            implements At {}

    public record Outputs(@Title("How many were done") int done) {}

    @Override
    Outputs work(LDAPConnection ldap, Properties properties, TaskContext context) throws Exception {
        int done = 0;
        for (var input : properties.inputs()) {
            try (var reader = new LDIFReader(RowFile.stream(input, context))) {
                for (LDIFChangeRecord change = reader.readChangeRecord(true);
                        change != null;
                        change = reader.readChangeRecord(true)) {
                    if (!(change instanceof LDIFAddChangeRecord)) {
                        throw new TaskFailedException("Expected entries to add in LDIF");
                    }
                    change.processChange(ldap);
                    done++;
                }
            } catch (LDIFException e) {
                throw new TaskFailedException(
                        "Expected LDIF but line %d: %s"
                                .formatted(e.getLineNumber(), e.getMessage()),
                        e);
            } catch (LDAPException e) {
                throw new TaskFailedException(
                        "Entry %d of %s: %s".formatted(done + 1, input, e.getMessage()),
                        Map.of("done", done));
            }
        }
        context.count("entries.done", (double) done, Map.of());
        return new Outputs(done);
    }
}
