// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

/// Encrypts secret inputs before they go anywhere.
public interface Sealer {

    /// @return ciphertext, for [Encrypted#of(String)]
    String seal(String text);

    /// Whether this is a ciphertext that can be opened for the tenant of the execution.
    boolean opens(String ciphertext);
}
