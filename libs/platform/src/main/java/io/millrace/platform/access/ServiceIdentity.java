// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.Optional;

/// A service of this installation.
///
/// @param name such as `execution`; `worker.GROUP` is a worker that has the key of its group alone
public record ServiceIdentity(String name) implements Identity {
    private static final String WORKER = "worker";

    @Override
    public String subject() {
        return "service:" + name;
    }

    /// Whether it is a worker, which runs what flows say: it may ask for little.
    public boolean isWorker() {
        return name.equals(WORKER) || workerGroup().isPresent();
    }

    /// The group that it is bound to, if its key is of one.
    public Optional<String> workerGroup() {
        return name.startsWith(WORKER + ".")
                ? Optional.of(name.substring(WORKER.length() + 1))
                : Optional.empty();
    }
}
