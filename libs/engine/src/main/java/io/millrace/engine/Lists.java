// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.List;
import java.util.Map;

/// The tasks inside a flowable, or inside the flow itself, without the disabled ones.
///
/// @param main by branch; a flowable without branches has one that is called ""
/// @param after tasks of listeners, then those of `afterExecution`; the flow has them alone
record Lists(
        Map<String, List<FlowTask>> main,
        List<FlowTask> errors,
        List<FlowTask> finallyTasks,
        List<FlowTask> after) {

    static final Lists NONE = new Lists(Map.of(), List.of(), List.of(), List.of());

    Lists {
        main = Map.copyOf(main);
        errors = List.copyOf(errors);
        finallyTasks = List.copyOf(finallyTasks);
        after = List.copyOf(after);
    }

    List<FlowTask> at(Cursor cursor) {
        return switch (cursor.stage()) {
            case MAIN -> main.getOrDefault(cursor.branch(), List.of());
            case ERRORS -> errors;
            case FINALLY -> finallyTasks;
            case AFTER -> after;
            case OVER -> List.of();
        };
    }
}
