// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Title;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What playbooks did, as the callback plugin tells it.
///
/// @param stats how many tasks ended how, by host
/// @param declared outputs that playbooks declare by name
/// @param left results that were left out since there were more than [#MOST], or their answers,
///   since these were longer than [#MOST_CHARACTERS]
record AnsibleResults(
        List<Playbook> playbooks,
        Map<String, Map<String, @Nullable Object>> stats,
        Map<String, @Nullable Object> declared,
        long left) {
    /// Results of hosts in the outputs; the log has all.
    static final int MOST = 20_000;

    /// What modules answered in the outputs, as JSON.
    static final long MOST_CHARACTERS = 10_000_000;

    public record Playbook(@Title("File") String name, @Title("Its plays") List<Play> plays) {}

    public record Play(@Title("Name") String name, @Title("Its tasks") List<Task> tasks) {}

    public record Task(
            @Title("Name") String name,
            @Title("Module") String action,
            @Title("What it did on each host") List<Host> hosts) {}

    public record Host(
            @Title("Host") String host,
            @Title("ok, changed, failed, ignored, skipped or unreachable") String status,
            @Title("What the module answered") Map<String, @Nullable Object> result) {}

    /// A line of the file.
    private record Said(
            String what,
            @Nullable String name,
            @Nullable String action,
            @Nullable String id,
            @Nullable String task,
            @Nullable String host,
            @Nullable String status,
            @Nullable Map<String, @Nullable Object> result) {}

    static AnsibleResults read(Path file) throws IOException {
        var reading = new Reading();
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var lines = Files.lines(file)) {
                lines.forEach(reading::take);
            }
        }
        return new AnsibleResults(reading.playbooks, reading.stats, reading.declared, reading.left);
    }

    /// What modules answered, one after the other.
    List<Map<String, @Nullable Object>> answers() {
        return playbooks.stream()
                .flatMap(playbook -> playbook.plays().stream())
                .flatMap(play -> play.tasks().stream())
                .flatMap(task -> task.hosts().stream())
                .map(Host::result)
                .toList();
    }

    private static final class Reading {
        private final List<Playbook> playbooks = new ArrayList<>();
        private final Map<String, Map<String, @Nullable Object>> stats = new LinkedHashMap<>();
        private final Map<String, @Nullable Object> declared = new LinkedHashMap<>();
        private final Map<String, Task> tasks = new LinkedHashMap<>();
        private int results;
        private long characters;
        private long left;

        void take(String line) {
            try {
                var said = JsonMapper.shared().readValue(line, Said.class);
                var name = String.valueOf(said.name());
                switch (said.what()) {
                    case "playbook" -> playbooks.add(new Playbook(name, new ArrayList<>()));
                    case "play" -> playbook().plays().add(new Play(name, new ArrayList<>()));
                    case "task" -> {
                        var task = new Task(name, String.valueOf(said.action()), new ArrayList<>());
                        play().tasks().add(task);
                        tasks.put(String.valueOf(said.id()), task);
                    }
                    case "host" -> host(said, line.length());
                    case "declared" -> {
                        if (said.result() != null) {
                            declared.putAll(said.result());
                        }
                    }
                    default -> stats(line);
                }
            } catch (JacksonException _) {
                left++; // Ansible was ended while it wrote
            }
        }

        private Playbook playbook() {
            if (playbooks.isEmpty()) {
                playbooks.add(new Playbook("", new ArrayList<>()));
            }
            return playbooks.getLast();
        }

        private Play play() {
            var plays = playbook().plays();
            if (plays.isEmpty()) {
                plays.add(new Play("", new ArrayList<>()));
            }
            return plays.getLast();
        }

        private void host(Said said, int length) {
            var task = tasks.get(String.valueOf(said.task()));
            if (task == null || results >= MOST) {
                left++;
                return;
            }
            results++;
            characters += length;
            if (characters > MOST_CHARACTERS) {
                left++;
            }
            task.hosts()
                    .add(
                            new Host(
                                    String.valueOf(said.host()),
                                    String.valueOf(said.status()),
                                    said.result() != null && characters <= MOST_CHARACTERS
                                            ? said.result()
                                            : new LinkedHashMap<String, @Nullable Object>()));
        }

        @SuppressWarnings("unchecked") // an object of JSON
        private void stats(String line) {
            var numbers =
                    (Map<String, @Nullable Object>)
                            JsonMapper.shared().readValue(line, LinkedHashMap.class);
            numbers.remove("what");
            stats.put(String.valueOf(numbers.remove("host")), numbers);
        }
    }
}
