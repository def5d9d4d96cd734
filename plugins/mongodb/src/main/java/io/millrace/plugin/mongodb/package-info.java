// SPDX-License-Identifier: Apache-2.0
/// Documents of MongoDB.
@NullMarked
package io.millrace.plugin.mongodb;

import org.jspecify.annotations.NullMarked;
