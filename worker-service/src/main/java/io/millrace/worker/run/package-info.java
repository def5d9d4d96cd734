// SPDX-License-Identifier: Apache-2.0
/// One task from its job to its outcome: rendering, secrets, masking, the plugin, its files.
@NullMarked
package io.millrace.worker.run;

import org.jspecify.annotations.NullMarked;
