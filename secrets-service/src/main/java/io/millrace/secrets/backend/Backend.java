// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import io.millrace.platform.problem.ServiceException;
import java.util.Optional;

/// Somebody else's store of secrets.
interface Backend {

    /// @param name letters, digits, `_`, `.` and `-`, not beginning with a dot or a hyphen
    /// @throws ServiceException.Unavailable if the store can't be asked now
    Optional<String> read(String tenant, String namespace, String name);
}
