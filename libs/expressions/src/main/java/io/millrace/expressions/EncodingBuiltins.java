// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.List;

final class EncodingBuiltins {
    private EncodingBuiltins() {}

    static List<Builtin> filters() {
        return List.of();
    }

    static List<Builtin> functions() {
        return List.of();
    }
}
