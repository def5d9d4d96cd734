// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

/// One revision of a flow.
public record FlowRef(String tenant, String namespace, String flowId, int revision) {}
