// SPDX-License-Identifier: Apache-2.0
/// Applications of Argo CD.
@NullMarked
package io.millrace.plugin.argocd;

import org.jspecify.annotations.NullMarked;
