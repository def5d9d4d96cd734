// SPDX-License-Identifier: Apache-2.0
/// The API of Kubernetes: objects of any kind, pods with their logs and files.
@NullMarked
package io.millrace.plugin.cluster;

import org.jspecify.annotations.NullMarked;
