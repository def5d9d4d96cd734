// SPDX-License-Identifier: Apache-2.0
/// Shell and Python scripts and commands, each in a process tree of its own.
@NullMarked
package io.millrace.plugin.script;

import org.jspecify.annotations.NullMarked;
