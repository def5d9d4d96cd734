// SPDX-License-Identifier: Apache-2.0
/// Paging in Kestra's form.
@NullMarked
package io.millrace.platform.web;

import org.jspecify.annotations.NullMarked;
