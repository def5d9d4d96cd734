// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Does what each record of files in LDIF says (RFC 2849), in their order.
abstract class LdifTask extends LdapTask<LdifTask.Properties, LdifTask.Outputs> {

    public record Properties(
            @Inline Server server, @Title("URIs of files in LDIF") List<String> inputs)
            implements At {}

    public record Outputs(@Title("How many were done") int done) {}

    /// @return whether there was one more record
    abstract boolean next(LDIFReader reader, LDAPConnection ldap)
            throws LDIFException, LDAPException, IOException, TaskFailedException;

    @Override
    Outputs work(LDAPConnection ldap, Properties properties, TaskContext context) throws Exception {
        int done = 0;
        for (var input : properties.inputs()) {
            try (var reader = new LDIFReader(RowFile.stream(input, context))) {
                while (next(reader, ldap)) {
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
