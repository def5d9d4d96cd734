// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// A plugin whose code may not be loaded yet.
public interface PluginSource {

    /// What it is, known without its code.
    PluginDescriptor descriptor();

    /// Loads it; called at most once.
    ///
    /// @throws IllegalStateException if it can't be loaded, in words for the user
    TaskPlugin<?, ?> load();
}
