// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/// Changes things of the flow-service and the gateway, one after the other, whatever happens, and
/// notes which changes were acknowledged.
final class Changes {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Load load;
    private final List<String> acknowledged = new ArrayList<>();
    private int refused;

    Changes(Load load) {
        this.load = load;
    }

    void run(BooleanSupplier isOver) {
        for (int number = 0; !isOver.getAsBoolean(); number++) {
            try {
                change(number);
            } catch (IOException | RuntimeException _) {
                refused++; // it may have been made or not
            }
            Processes.pause(PAUSE);
        }
    }

    private void change(int number) throws IOException {
        switch (number % 3) {
            case 0 -> {
                var flow = "changed" + number;
                note(
                        load.send("POST", "flows", "application/x-yaml", flow(flow)),
                        "flow/chaos/" + flow);
            }
            case 1 -> {
                var key = "key" + number;
                note(
                        load.send(
                                "PUT",
                                "namespaces/chaos/kv/" + key,
                                "text/plain",
                                Integer.toString(number)),
                        "kv/chaos/" + key);
            }
            default -> {
                var answer =
                        load.send(
                                "POST",
                                "bindings",
                                "application/json",
                                "{\"group\":\"group%d\",\"role\":\"viewer\",\"namespace\":\"chaos\"}"
                                        .formatted(number));
                var made = JsonMapper.shared().readTree(answer.body());
                note(answer, "binding/" + made.path("id").asString(""));
            }
        }
    }

    private void note(HttpResponse<String> answer, String resource) {
        if (answer.statusCode() < 300) {
            acknowledged.add(resource);
        } else {
            refused++;
        }
    }

    private static String flow(String id) {
        return """
        id: %s
        namespace: chaos
        tasks:
          - id: say
            type: io.kestra.plugin.core.log.Log
            message: done
        """
                .formatted(id);
    }

    /// As the audit log names what was changed.
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    int refused() {
        return refused;
    }
}
