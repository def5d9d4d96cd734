// SPDX-License-Identifier: Apache-2.0
/// Commands in containers rather than in processes of the worker: of Docker, Podman or Kubernetes.
@NullMarked
package io.millrace.plugin.container;

import org.jspecify.annotations.NullMarked;
