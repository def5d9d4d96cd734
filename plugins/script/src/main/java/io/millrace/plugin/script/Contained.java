// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.container.ContainerRunner;

/// A container in place of a process of this machine.
///
/// @param imagesOwn whether it is the image that says what runs
record Contained(ContainerRunner runner, String image, boolean imagesOwn) {}
