// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

/// Which test suite.
record SuiteId(String tenant, String namespace, String id) {

    @Override
    public String toString() {
        return namespace + "/" + id;
    }
}
