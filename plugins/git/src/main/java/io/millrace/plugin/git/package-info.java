// SPDX-License-Identifier: Apache-2.0
/// Tasks around Git repositories: clone, make namespaces what a repository says, and the reverse.
@NullMarked
package io.millrace.plugin.git;

import org.jspecify.annotations.NullMarked;
