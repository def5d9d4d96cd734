// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.util.List;

/// Declares types that no worker runs, such as flow control; found by `ServiceLoader`.
public interface PluginDescriptors {
    List<PluginDescriptor> descriptors();
}
