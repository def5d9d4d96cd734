// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.argocd;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.Pem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tasks with applications share.
abstract class ArgoCdTask<P extends Record & Server.At, O extends Record> extends ApiTask<P, O> {

    @Override
    protected HttpApi open(P properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        var at = properties.at();
        return new HttpApi(
                "Argo CD",
                at.url(),
                Map.of("Authorization", "Bearer " + at.token().strip()),
                Pem.tls(at.serverCert(), null, null, at.insecure()),
                settings,
                context);
    }

    /// @param rest such as `/sync`
    static String path(Server at, String rest, Map<String, String> query) {
        var all = new LinkedHashMap<>(query);
        if (at.appNamespace() != null) {
            all.put("appNamespace", at.appNamespace().strip());
        }
        return "/api/v1/applications/"
                + HttpApi.segment(at.application().strip())
                + rest
                + (all.isEmpty() ? "" : "?" + HttpApi.encoded(all));
    }

    /// Objects of a list in an application, if there are any.
    static List<Map<String, @Nullable Object>> list(Object application, String... path) {
        var found = new ArrayList<Map<String, @Nullable Object>>();
        if (HttpApi.at(application, path) instanceof List<?> all) {
            for (var one : all) {
                if (one instanceof Map<?, ?> map) {
                    var object = new LinkedHashMap<String, @Nullable Object>();
                    map.forEach((name, value) -> object.put(String.valueOf(name), value));
                    found.add(object);
                }
            }
        }
        return found;
    }
}
