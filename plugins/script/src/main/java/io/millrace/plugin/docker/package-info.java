// SPDX-License-Identifier: Apache-2.0
/// Images and containers of Docker, or of Podman where that is.
@NullMarked
package io.millrace.plugin.docker;

import org.jspecify.annotations.NullMarked;
