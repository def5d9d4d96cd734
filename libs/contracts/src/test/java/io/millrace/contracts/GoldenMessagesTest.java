// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/// A change of a message shows as a diff of its golden file. Run with
/// `-Dmillrace.golden.write=true` to write them; a component may be added, none may change its
/// meaning or go.
class GoldenMessagesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TestFactory
    Stream<DynamicTest> codesAsInItsGoldenFile() {
        return Samples.all().entrySet().stream()
                .map(sample ->
                        DynamicTest.dynamicTest(
                                sample.getKey(), () -> check(sample.getKey(), sample.getValue())));
    }

    private static void check(String name, Object message) throws IOException {
        var file = GOLDEN.resolve(name + ".json");
        var json = JsonMapper.shared();
        var pretty =
                json.writerWithDefaultPrettyPrinter()
                                .writeValueAsString(json.readTree(Codec.encode(message)))
                        + "\n";
        if (Boolean.getBoolean("millrace.golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, pretty);
        }

        assertThat(pretty).isEqualTo(Files.readString(file));
        assertThat(Codec.decode(Files.readAllBytes(file), message.getClass())).isEqualTo(message);
    }

    @Test
    void everyLaneEventHasASample() {
        var sampled =
                Samples.all().values().stream()
                        .filter(LaneMessage.class::isInstance)
                        .map(message -> ((LaneMessage) message).event().getClass().getSimpleName())
                        .collect(Collectors.toSet());

        assertThat(LaneEvent.class.getPermittedSubclasses())
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrderElementsOf(sampled);
    }

    @Test
    void fieldsOfANewerVersionAreIgnored() {
        var newer = "{\"control\":\"drain\",\"workerId\":\"w\",\"reason\":\"upgrade\"}";

        assertThat(Codec.decode(newer.getBytes(StandardCharsets.UTF_8), Control.class))
                .isEqualTo(new Control.Drain("w"));
    }
}
