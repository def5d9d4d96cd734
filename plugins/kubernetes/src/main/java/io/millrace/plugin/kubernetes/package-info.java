// SPDX-License-Identifier: Apache-2.0
/// Tasks about Kubernetes.
@NullMarked
package io.millrace.plugin.kubernetes;

import org.jspecify.annotations.NullMarked;
