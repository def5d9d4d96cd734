// SPDX-License-Identifier: Apache-2.0
/// Jobs of AWX, and of what is sold as Automation Controller.
@NullMarked
package io.millrace.plugin.awx;

import org.jspecify.annotations.NullMarked;
