// SPDX-License-Identifier: Apache-2.0
package io.millrace.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What pages call a setting is one.
class SettingsTest {
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern VARIABLE = Pattern.compile("\\bMILLRACE_[A-Z0-9_]*[A-Z0-9]");
    private static final Pattern PROPERTY = Pattern.compile("millrace\\.[a-z][a-z0-9.\\[\\]-]*");
    private static final Pattern SHORTENED_VARIABLE = Pattern.compile("…(_[A-Z0-9_]+)");

    /// Names that aren't settings: files, hosts, and what a browser loads.
    private static final Pattern NO_SETTING =
            Pattern.compile("millrace\\.(env|js|io|example\\.com).*");

    private final KnownSettings known = new KnownSettings();
    private final List<String> unknown = new ArrayList<>();

    SettingsTest() throws IOException {}

    @Test
    void eachVariableIsRead() throws IOException {
        int count = 0;
        for (var page : Page.all()) {
            for (var line : page.text().lines().toList()) {
                var names = new ArrayList<String>();
                VARIABLE.matcher(line).results().forEach(found -> names.add(found.group()));
                if (!names.isEmpty()) { // `MILLRACE_A_ONE`, `…_TWO`
                    var before = names.getFirst().replaceFirst("_[A-Z0-9]+$", "");
                    SHORTENED_VARIABLE
                            .matcher(line)
                            .results()
                            .forEach(found -> names.add(before + found.group(1)));
                }
                count += names.size();
                names.stream()
                        .filter(name -> !known.isVariable(name))
                        .forEach(name -> unknown.add(page.path() + ": " + name));
            }
        }

        assertThat(unknown).isEmpty();
        assertThat(count).isGreaterThan(50);
    }

    /// Exchanges and queues have names of the same kind: they stand in `messages.md`, which is made
    /// from them.
    @Test
    void eachPropertyInATextIsRead() throws IOException {
        var messages = Files.readString(Page.ROOT.resolve("docs/messages.md"));
        for (var page : Page.all()) {
            for (var code : CODE.matcher(page.prose()).results().toList()) {
                var name = code.group(1);
                if (PROPERTY.matcher(name).matches()
                        && !NO_SETTING.matcher(name).matches()
                        && !messages.contains("`" + name + "`")) {
                    check(page, name);
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    /// Tables whose head says below what their names stand, such as `millrace.gateway`, and in
    /// which names that begin alike are shortened: `limits.body`, `.uri`.
    @Test
    void eachPropertyInATableIsRead() throws IOException {
        int count = 0;
        for (var page : Page.all()) {
            String base = null;
            boolean head = true;
            for (var line : page.prose().lines().toList()) {
                if (!line.startsWith("|")) {
                    head = true;
                    base = null;
                    continue;
                }
                var names = CODE.matcher(line.split("(?<!\\\\)\\|", -1)[1]).results().toList();
                if (head) {
                    head = false;
                    boolean below =
                            names.size() == 1 && names.getFirst().group(1).startsWith("millrace.");
                    base = below ? names.getFirst().group(1).replaceFirst("\\.$", "") + "." : null;
                    if (!below && line.matches("\\| *property.*")) {
                        base = "";
                    }
                    continue;
                }
                var before = "";
                for (var name : names) {
                    var written = name.group(1);
                    if (base == null
                            || (base.isEmpty()
                                    && before.isEmpty()
                                    && !written.startsWith("millrace."))) {
                        break;
                    }
                    var full =
                            written.matches("[.…].*")
                                    ? before.replaceFirst("[^.]*$", "")
                                            + written.replaceFirst("^[.…]+", "")
                                    : base + written;
                    count++;
                    check(page, full);
                    before = full;
                }
            }
        }

        assertThat(unknown).isEmpty();
        assertThat(count).isGreaterThan(80);
    }

    @Test
    void eachKeyOfAFileOfSettingsIsRead() throws IOException {
        for (var page : Page.all()) {
            for (var block : page.blocks()) {
                if (block.language().equals("yaml") && block.text().startsWith("millrace")) {
                    var tree =
                            new Load(LoadSettings.builder().build()).loadFromString(block.text());
                    keys("", tree).forEach(key -> check(page, key));
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    private void check(Page page, String name) {
        if (!known.isProperty(name)) {
            unknown.add(page.path() + ": " + name);
        }
    }

    private static List<String> keys(String prefix, Object node) {
        var keys = new ArrayList<String>();
        switch (node) {
            case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        var name = prefix + key;
                        keys.addAll(
                                value instanceof Map || value instanceof List
                                        ? keys(name + ".", value)
                                        : List.of(name));
                    });
            case List<?> list -> list.forEach(item -> keys.addAll(keys(prefix, item)));
            default -> keys.add(prefix.replaceFirst("\\.$", ""));
        }
        return keys;
    }
}
