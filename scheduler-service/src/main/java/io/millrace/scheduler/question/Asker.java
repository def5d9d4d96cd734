// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

/// For whom a question is asked: the rules for tasks of this flow hold.
///
/// @param executionId of the execution that is to come of it; it isn't there yet
public record Asker(
        String tenant, String namespace, String flowId, int revision, String executionId) {}
