// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import io.millrace.plugin.Plugin;
import java.io.IOException;

/// Makes the changes of files in LDIF: changetype add, delete, modify, moddn.
@Plugin(type = "io.kestra.plugin.ldap.Modify", title = "Change entries of LDAP")
public final class Modify extends LdifTask {

    @Override
    boolean next(LDIFReader reader, LDAPConnection ldap)
            throws LDIFException, LDAPException, IOException {
        var change = reader.readChangeRecord(false);
        if (change == null) {
            return false;
        }
        change.processChange(ldap);
        return true;
    }
}
