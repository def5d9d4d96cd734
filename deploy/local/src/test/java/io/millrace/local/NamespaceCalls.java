// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.model.ApiAutocomplete;
import io.kestra.sdk.model.ApiSecretMetaEE;
import io.kestra.sdk.model.ApiSecretValue;
import io.kestra.sdk.model.KVControllerApiDeleteBulkRequest;
import io.kestra.sdk.model.Namespace;
import io.kestra.sdk.model.PluginDefault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/// The operations on namespaces, and on the keys and files in them.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class NamespaceCalls extends ClientCalls {
    NamespaceCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        namespaces();
        keys();
        files();
    }

    private void namespaces() throws IOException {
        var namespaces = client.namespaces();
        var own = NAMESPACE + ".own";
        var given =
                new Namespace()
                        .id(own)
                        .description("Made by a client")
                        .variables(Map.of("region", "eu"))
                        .pluginDefaults(
                                List.of(
                                        new PluginDefault()
                                                .type(LOG)
                                                .forced(false)
                                                .values(Map.of("level", "WARN"))));
        table.works("Namespaces.createNamespace", () -> namespaces.createNamespace(TENANT, given));
        var read = table.works("Namespaces.namespace", () -> namespaces.namespace(own, TENANT));
        table.expect(
                "Namespaces.namespace",
                read != null && "eu".equals(read.getVariables().get("region")),
                "" + read);
        table.works(
                "Namespaces.updateNamespace",
                () -> namespaces.updateNamespace(own, TENANT, given.description("Changed")));
        table.works(
                "Namespaces.searchNamespaces",
                () -> namespaces.searchNamespaces(TENANT, NAMESPACE, 1, 10, null, false));
        table.works(
                "Namespaces.autocompleteNamespaces",
                () -> namespaces.autocompleteNamespaces(TENANT, new ApiAutocomplete().q("client")));
        var below = own + ".below";
        var variables =
                table.works(
                        "Namespaces.inheritedVariables",
                        () -> namespaces.inheritedVariables(below, TENANT));
        table.expect(
                "Namespaces.inheritedVariables",
                variables != null && variables.toString().contains("eu"),
                "" + variables);
        var defaults =
                table.works(
                        "Namespaces.inheritedPluginDefaults",
                        () -> namespaces.inheritedPluginDefaults(below, TENANT));
        table.expect(
                "Namespaces.inheritedPluginDefaults",
                defaults != null && defaults.toString().contains(own),
                "" + defaults);
        var exported =
                table.works(
                        "Namespaces.exportPluginDefaults",
                        () -> namespaces.exportPluginDefaults(own, TENANT));
        var file = directory.resolve("defaults.yaml");
        Files.write(file, exported == null ? new byte[0] : exported);
        table.works(
                "Namespaces.importPluginDefaults",
                () -> namespaces.importPluginDefaults(own, TENANT, file.toFile()));
        table.works(
                "Namespaces.putSecrets",
                () ->
                        namespaces.putSecrets(
                                own,
                                TENANT,
                                new ApiSecretValue().key("PASSWORD").value("s3cret-s3cret")));
        table.works(
                "Namespaces.patchSecret",
                () ->
                        namespaces.patchSecret(
                                own,
                                "PASSWORD",
                                TENANT,
                                new ApiSecretMetaEE().key("PASSWORD").description("Of a door")));
        table.works(
                "Namespaces.inheritedSecrets", () -> namespaces.inheritedSecrets(below, TENANT));
        table.does(
                "Namespaces.deleteSecret", () -> namespaces.deleteSecret(own, "PASSWORD", TENANT));
        table.does("Namespaces.deleteNamespace", () -> namespaces.deleteNamespace(own, TENANT));
        ids.put("PASSWORD", "key");
    }

    private void keys() {
        var kv = client.kv();
        table.does("Kv.setKeyValue", () -> kv.setKeyValue(NAMESPACE, "k1", TENANT, "\"v\""));
        table.beside(() -> {
            kv.setKeyValue(NAMESPACE, "k2", TENANT, "2");
            return true;
        });
        var read = table.works("Kv.keyValue", () -> kv.keyValue(NAMESPACE, "k1", TENANT));
        table.expect("Kv.keyValue", read != null && "v".equals(read.getValue()), "" + read);
        table.works("Kv.listAllKeys", () -> kv.listAllKeys(TENANT, 1, 10, null, null));
        table.works(
                "Kv.listKeysWithInheritance", () -> kv.listKeysWithInheritance(NAMESPACE, TENANT));
        table.works("Kv.deleteKeyValue", () -> kv.deleteKeyValue(NAMESPACE, "k1", TENANT));
        table.works(
                "Kv.deleteKeyValues",
                () ->
                        kv.deleteKeyValues(
                                NAMESPACE,
                                TENANT,
                                new KVControllerApiDeleteBulkRequest().keys(List.of("k2"))));
        ids.put("k1", "key");
    }

    private void files() throws IOException {
        var files = client.files();
        var file = directory.resolve("a.txt");
        Files.writeString(file, "abc");
        table.does(
                "Files.createNamespaceDirectory",
                () -> files.createNamespaceDirectory(NAMESPACE, TENANT, "/dir"));
        table.does(
                "Files.createNamespaceFile",
                () -> files.createNamespaceFile(NAMESPACE, "/dir/a.txt", TENANT, file.toFile()));
        table.works(
                "Files.listNamespaceDirectoryFiles",
                () -> files.listNamespaceDirectoryFiles(NAMESPACE, TENANT, "/dir"));
        table.works(
                "Files.fileContent",
                () -> files.fileContent(NAMESPACE, "/dir/a.txt", TENANT, null));
        table.works(
                "Files.fileMetadatas", () -> files.fileMetadatas(NAMESPACE, TENANT, "/dir/a.txt"));
        table.works(
                "Files.fileRevisions", () -> files.fileRevisions(NAMESPACE, TENANT, "/dir/a.txt"));
        table.does(
                "Files.moveFileDirectory",
                () ->
                        files.moveFileDirectory(
                                NAMESPACE,
                                URI.create("/dir/a.txt"),
                                URI.create("/dir/b.txt"),
                                TENANT));
        table.works(
                "Files.searchNamespaceFiles",
                () -> files.searchNamespaceFiles(NAMESPACE, "b.txt", TENANT));
        table.works(
                "Files.exportNamespaceFiles", () -> files.exportNamespaceFiles(NAMESPACE, TENANT));
        table.does(
                "Files.deleteFileDirectory",
                () -> files.deleteFileDirectory(NAMESPACE, "/dir", TENANT));
    }
}
