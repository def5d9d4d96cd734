// SPDX-License-Identifier: Apache-2.0
/// Messages to and from whatever a component of Apache Camel speaks to.
@NullMarked
package io.millrace.plugin.camel;

import org.jspecify.annotations.NullMarked;
