// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import java.util.ArrayList;
import java.util.List;

/// Namespaces inherit from those above them: `company.data.ingest` from `company.data` from
/// `company`.
public final class Namespaces {
    private Namespaces() {}

    /// The namespace itself and all above it, nearest first.
    public static List<String> lineage(String namespace) {
        var lineage = new ArrayList<String>();
        lineage.add(namespace);
        for (int dot = namespace.lastIndexOf('.');
                dot > 0;
                dot = namespace.lastIndexOf('.', dot - 1)) {
            lineage.add(namespace.substring(0, dot));
        }
        return lineage;
    }
}
