// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.JsonHttp;
import java.util.Map;

/// A task that posts something.
abstract class Posting<P extends Record, O extends Record> implements TaskPlugin<P, O> {
    private JsonHttp http = new JsonHttp(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new JsonHttp(settings);
    }

    JsonHttp http() {
        return http;
    }

    @Override
    public void close() {
        http.close();
    }
}
