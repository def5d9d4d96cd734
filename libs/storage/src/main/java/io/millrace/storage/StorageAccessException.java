// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

/// The caller may not touch this file, or the URI is none of ours. Its message is for the user.
public final class StorageAccessException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StorageAccessException(String message) {
        super(message);
    }
}
