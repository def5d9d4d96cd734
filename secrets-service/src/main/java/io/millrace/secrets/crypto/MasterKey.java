// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

/// Wraps data keys, wherever it is itself.
public interface MasterKey {

    /// Names the key, and its version, that wraps now.
    ///
    /// @throws io.millrace.platform.problem.ServiceException.Unavailable if it can't be asked
    String current();

    /// Whether it made this name, so that it unwraps what was wrapped under it.
    boolean knows(String id);

    /// @param id as [#current()] said
    /// @param boundTo without which it doesn't unwrap
    byte[] wrap(String id, byte[] key, byte[] boundTo);

    /// @throws io.millrace.platform.crypto.TamperedException if it was changed, or wrapped for
    ///   something else
    byte[] unwrap(String id, byte[] wrapped, byte[] boundTo);

    /// Whether it is asked over the network: not within a transaction.
    default boolean isRemote() {
        return false;
    }

    /// Looks whether there is a newer one.
    default void refresh() {}
}
