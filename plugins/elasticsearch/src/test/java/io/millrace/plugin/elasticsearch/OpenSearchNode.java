// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.node.NodeValidationException;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/// OpenSearch with its HTTP interface, a cluster of one node that ends with the tests. Whoever
/// reaches it may do everything: users are a plugin's.
final class OpenSearchNode extends Node {
    private OpenSearchNode(Settings settings, Path home) {
        super(
                InternalSettingsPreparer.prepareEnvironment(
                        settings, Map.of(), home.resolve("config"), () -> "only"),
                List.of(http()),
                false);
    }

    private static PluginInfo http() {
        return new PluginInfo(
                "netty4",
                "HTTP",
                Version.CURRENT.toString(),
                Version.CURRENT,
                "21",
                Netty4ModulePlugin.class.getName(),
                "",
                List.of(),
                false);
    }

    static OpenSearchNode start(Path home, int port) throws IOException, NodeValidationException {
        var node =
                new OpenSearchNode(
                        Settings.builder()
                                .put("path.home", home)
                                .put("discovery.type", "single-node")
                                .put("http.host", "127.0.0.1")
                                .put("http.port", port)
                                .put("transport.port", SilentServer.closedPort())
                                .put("node.processors", 2)
                                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                                .build(),
                        home);
        node.start();
        return node;
    }
}
