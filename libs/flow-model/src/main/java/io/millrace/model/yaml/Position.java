// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

/// A place in the source; line and column begin at 1.
record Position(int line, int column) {
    static final Position START = new Position(1, 1);
}
