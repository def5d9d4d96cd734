// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

/// Flows whose executions a trigger may hear.
///
/// @param namespace [#ANY] for all
/// @param flowId [#ANY] for all of the namespace
public record Upstream(String namespace, String flowId) {
    public static final String ANY = "*";
    public static final Upstream ALL = new Upstream(ANY, ANY);
}
