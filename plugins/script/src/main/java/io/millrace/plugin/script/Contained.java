// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.container.ContainerRunner;

/// A container in place of a process of this machine.
record Contained(ContainerRunner runner, String image) {}
