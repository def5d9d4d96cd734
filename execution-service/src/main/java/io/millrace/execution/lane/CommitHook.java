// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// Called between the commit of a batch and the sending of what follows from it. Tests crash here.
@FunctionalInterface
public interface CommitHook {
    CommitHook NONE = () -> {};

    void committed();
}
