// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.take;

import io.millrace.contracts.Claims;
import java.util.List;
import java.util.Map;

/// Asks the execution-service what it knows of jobs.
public interface Claiming {

    /// @param tokens those that came with the jobs, by execution
    /// @return those that may start
    /// @throws java.io.UncheckedIOException if it can't be asked now
    List<Claims.Claim> claim(List<Claims.Claim> claims, Map<String, String> tokens);

    /// The tenants that have a job queue for a group.
    ///
    /// @throws java.io.UncheckedIOException if it can't be asked now
    List<String> tenants(String group);
}
