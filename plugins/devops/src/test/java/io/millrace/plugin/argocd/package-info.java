// SPDX-License-Identifier: Apache-2.0
/// Tests of Argo CD's tasks.
@NullMarked
package io.millrace.plugin.argocd;

import org.jspecify.annotations.NullMarked;
