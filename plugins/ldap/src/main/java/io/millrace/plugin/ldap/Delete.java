// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import io.millrace.plugin.Plugin;
import java.io.IOException;

/// Deletes the entries that files in LDIF name.
@Plugin(type = "io.kestra.plugin.ldap.Delete", title = "Delete entries of LDAP")
public final class Delete extends LdifTask {

    @Override
    boolean next(LDIFReader reader, LDAPConnection ldap)
            throws LDIFException, LDAPException, IOException {
        var entry = reader.readEntry();
        if (entry == null) {
            return false;
        }
        ldap.delete(entry.getDN());
        return true;
    }
}
