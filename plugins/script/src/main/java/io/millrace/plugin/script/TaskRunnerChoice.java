// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Title;

/// Which task runner.
public record TaskRunnerChoice(
        @Title("Such as `io.kestra.plugin.core.runner.Process`") String type) {
    static final String PROCESS = "io.kestra.plugin.core.runner.Process";
}
