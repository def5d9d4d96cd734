// SPDX-License-Identifier: Apache-2.0
/// Internal storage: files of executions, in a directory or in an S3-compatible store.
@NullMarked
package io.millrace.storage;

import org.jspecify.annotations.NullMarked;
