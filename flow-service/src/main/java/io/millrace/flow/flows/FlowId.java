// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import java.io.Serializable;

/// Which flow.
public record FlowId(String tenant, String namespace, String id) implements Serializable {

    /// As in messages and audit events.
    @Override
    public String toString() {
        return namespace + "/" + id;
    }
}
