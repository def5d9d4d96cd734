// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime.install;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/// Classes of one plugin: the JDK's, the plugin API's, and its own. Nothing else of Millrace is
/// seen, so that a plugin may bring other versions of the same libraries; only Jackson and the API
/// for logs are Millrace's where the plugin brings none.
final class PluginClassLoader extends URLClassLoader {
    /// Met on both sides: a plugin's annotations and nulls are read by Millrace.
    private static final List<String> SHARED =
            List.of("org.jspecify.", "com.fasterxml.jackson.annotation.", "org.slf4j.");

    private static final String API = "io.millrace.plugin.";
    private static final String LENT = "tools.jackson.";

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader host;

    PluginClassLoader(String name, URL[] jars, ClassLoader host) {
        super("plugin-" + name, jars, ClassLoader.getPlatformClassLoader());
        this.host = host;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isShared(name)) {
            return host.loadClass(name);
        }
        try {
            return super.loadClass(name, resolve);
        } catch (ClassNotFoundException e) {
            if (name.startsWith(LENT)) {
                return host.loadClass(name);
            }
            throw e;
        }
    }

    private static boolean isShared(String name) {
        boolean isApi = name.startsWith(API) && name.indexOf('.', API.length()) < 0;
        return isApi || SHARED.stream().anyMatch(name::startsWith);
    }
}
