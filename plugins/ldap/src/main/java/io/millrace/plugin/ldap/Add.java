// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFAddChangeRecord;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;

/// Adds the entries of files in LDIF.
@Plugin(type = "io.kestra.plugin.ldap.Add", title = "Add entries to LDAP")
public final class Add extends LdifTask {

    @Override
    boolean next(LDIFReader reader, LDAPConnection ldap)
            throws LDIFException, LDAPException, IOException, TaskFailedException {
        var change = reader.readChangeRecord(true);
        if (change == null) {
            return false;
        }
        if (!(change instanceof LDIFAddChangeRecord)) {
            throw new TaskFailedException("Expected entries to add in LDIF");
        }
        change.processChange(ldap);
        return true;
    }
}
