// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// A trigger has looked and found nothing.
public final class NothingNewException extends Exception {
    private static final long serialVersionUID = 1L;

    public NothingNewException() {
        super("Nothing new", null, false, false);
    }
}
