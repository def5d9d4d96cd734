// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Model.CommandSpec;

/// Finds the program that a command belongs to, however deep the command is.
final class Root {
    private Root() {}

    static Millrace of(CommandSpec spec) {
        return (Millrace) spec.root().userObject();
    }
}
