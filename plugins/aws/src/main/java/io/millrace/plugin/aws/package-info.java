// SPDX-License-Identifier: Apache-2.0
/// Object stores that speak S3.
@NullMarked
package io.millrace.plugin.aws;

import org.jspecify.annotations.NullMarked;
