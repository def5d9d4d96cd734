// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.compress.ArchiveCompress;
import io.millrace.plugin.compress.ArchiveDecompress;
import io.millrace.plugin.compress.ArchiveFormat;
import io.millrace.plugin.compress.Compression;
import io.millrace.plugin.compress.FileCompress;
import io.millrace.plugin.compress.FileDecompress;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionsTest {
    private static final String ROWS =
            """
            {"id":1,"name":"one, \\"two\\"","n":1.5,"ok":true,"day":"2026-01-02"}
            {"id":2,"name":"zwei\\nlines","n":null,"ok":false,"day":"2026-01-03"}
            """;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        context.store("kestra:///rows", ROWS);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private String convert(TaskPlugin<?, ?> task, Object... properties) throws Exception {
        return String.valueOf(run(task, properties).get("uri"));
    }

    private String text(String uri) {
        return requireNonNull(context.text(URI.create(uri)));
    }

    @ParameterizedTest
    @MethodSource("toText")
    void amountsKeepTheirDigitsAndTheirZeros(TaskPlugin<?, ?> task) throws Exception {
        context.store("kestra:///amounts", "{\"a\":12345678901234567.89,\"b\":0.10}\n");

        assertThat(text(convert(task, "from", "kestra:///amounts")))
                .contains("12345678901234567.89")
                .containsPattern("\\b0\\.10\\b");
    }

    static Stream<TaskPlugin<?, ?>> toText() {
        return Stream.of(new IonToCsv(), new IonToJson(), new IonToXml(), new IonToYaml());
    }

    @Test
    void csvGoesThereAndBack() throws Exception {
        var csv = convert(new IonToCsv(), "from", "kestra:///rows");
        assertThat(text(csv))
                .isEqualTo(
                        "id,name,n,ok,day\n1,\"one, \"\"two\"\"\",1.5,true,2026-01-02\n2,\"zwei\nlines\",,false,2026-01-03\n");

        assertThat(text(convert(new CsvToIon(), "from", csv)))
                .isEqualTo(
                        """
                        {"id":"1","name":"one, \\"two\\"","n":"1.5","ok":"true","day":"2026-01-02"}
                        {"id":"2","name":"zwei\\nlines","n":"","ok":"false","day":"2026-01-03"}
                        """);
    }

    @Test
    void datesAndTimesAreWrittenAsTheFlowSays() throws Exception {
        context.store(
                "kestra:///times",
                """
                {"n":1,"t":"a","d":"2026-01-02","h":"10:30:00","at":"2026-01-02T10:30:00Z"}
                {"n":2.5,"t":"1-2","d":"2026-13-45","h":null,"at":"2026-01-02T10:30:00"}
                """);

        Object[] all = {
            "from",
            "kestra:///times",
            "header",
            false,
            "quoteMode",
            "NON_NUMERIC",
            "dateFormat",
            "dd.MM.yyyy",
            "timeFormat",
            "HH:mm",
            "dateTimeFormat",
            "yyyy/MM/dd HH:mm",
            "timeZoneId",
            "Europe/Berlin"
        };
        assertThat(text(convert(new IonToCsv(), all)))
                .isEqualTo(
                        """
                        1,"a","02.01.2026","10:30","2026/01/02 11:30"
                        2.5,"1-2","2026-13-45",,"2026/01/02 10:30"
                        """);
    }

    @Test
    void textsBecomeWhatTheSchemaSaysTheyAre() throws Exception {
        context.store(
                "kestra:///texts",
                """
                {"ok":"Yes","n":"1,5","d":"02.01.2026","at":"02.01.2026 11:30","more":"x"}
                {"ok":"off","n":"N/A","d":"","at":"null"}
                """);
        var schema =
                """
                {"type":"record","name":"Row","fields":[
                  {"name":"ok","type":"boolean"},
                  {"name":"n","type":["null","double"]},
                  {"name":"d","type":["null",{"type":"int","logicalType":"date"}]},
                  {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-millis"}]}]}
                """;
        var all =
                new ArrayList<Object>(
                        List.of("from", "kestra:///texts", "schema", schema, "decimalSeparator"));
        all.addAll(List.of(",", "dateFormat", "dd.MM.yyyy", "datetimeFormat", "dd.MM.yyyy HH:mm"));
        all.addAll(List.of("timeZoneId", "Europe/Berlin"));

        var rows = convert(new AvroToIon(), "from", convert(new IonToAvro(), all.toArray()));
        assertThat(text(rows))
                .isEqualTo(
                        """
                        {"ok":true,"n":1.5,"d":"2026-01-02","at":"2026-01-02T10:30:00Z"}
                        {"ok":false,"n":null,"d":null,"at":null}
                        """);

        all.addAll(List.of("strictSchema", true));
        assertThatThrownBy(() -> run(new IonToAvro(), all.toArray()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Row 1 has a field that the schema doesn't have, more");
    }

    @Test
    void csvThatIsBrokenIsSaidWithItsLine() {
        context.store("kestra:///bad", "a;b\r\n1;2\r\n3\r\n");
        assertThatThrownBy(
                        () -> run(new CsvToIon(), "from", "kestra:///bad", "fieldSeparator", ";"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("2 fields in line 3");
        context.store("kestra:///open", "a\n\"b");
        assertThatThrownBy(() -> run(new CsvToIon(), "from", "kestra:///open"))
                .hasMessageContaining("quote that begins in line 2");
    }

    @Test
    void rowsThatDontFitMayBeLeftOut() throws Exception {
        context.store("kestra:///bad", "a,b\n1,2\n3\n4,5\n");
        assertThat(text(convert(new CsvToIon(), "from", "kestra:///bad", "onBadLines", "WARN")))
                .isEqualTo("{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"4\",\"b\":\"5\"}\n");
        assertThat(context.lines).anyMatch(line -> line.contains("2 fields in line 3 but got 1"));

        context.store("kestra:///mixed", "{\"id\":1}\n{\"id\":\"x\"}\n{\"id\":3}\n");
        Object[] avro = {"from", "kestra:///mixed", "numberOfRowsToScan", 1, "onBadLines", "SKIP"};
        assertThat(run(new IonToAvro(), avro)).containsEntry("size", 2L);
        assertThat(text(convert(new AvroToIon(), "from", convert(new IonToAvro(), avro))))
                .isEqualTo("{\"id\":1}\n{\"id\":3}\n");
        avro[5] = "ERROR";
        assertThatThrownBy(() -> run(new IonToAvro(), avro))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Row 2");
        assertThat(context.metrics).containsEntry("bad.records", 3.0);
    }

    @Test
    void jsonIsALineOrAnArray() throws Exception {
        var array = convert(new IonToJson(), "from", "kestra:///rows", "newLine", false);
        assertThat(text(array)).startsWith("[{").endsWith("}]");

        assertThat(text(convert(new JsonToIon(), "from", array, "newLine", false))).isEqualTo(ROWS);
        assertThat(text(convert(new JsonToIon(), "from", "kestra:///rows"))).isEqualTo(ROWS);
        context.store("kestra:///bad", "[1,");
        assertThatThrownBy(() -> run(new JsonToIon(), "from", "kestra:///bad", "newLine", false))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Expected JSON");
    }

    @Test
    void yamlExcelAndXmlKeepTheRows() throws Exception {
        var yaml = convert(new IonToYaml(), "from", "kestra:///rows");
        assertThat(text(convert(new YamlToIon(), "from", yaml))).isEqualTo(ROWS);

        var excel = convert(new IonToExcel(), "from", "kestra:///rows");
        var back = run(new ExcelToIon(), "from", excel);
        var sheets = (Map<?, ?>) requireNonNull(back.get("uris"));
        assertThat(text(String.valueOf(sheets.get("Sheet"))))
                .contains("\"id\":1,", "zwei\\nlines", "\"ok\":false");

        var xml = convert(new IonToXml(), "from", "kestra:///rows");
        assertThat(text(convert(new XmlToIon(), "from", xml, "query", "/items/item")))
                .hasLineCount(2)
                .contains("\"name\":\"one, \\\"two\\\"\"");
    }

    @Test
    void aRowThatWouldFillTheMemoryIsRefused() {
        context.store("kestra:///wide", ",".repeat(200_000));
        assertThatThrownBy(() -> run(new CsvToIon(), "from", "kestra:///wide"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("100000 fields");
        context.store("kestra:///deep", "<a>" + "<b/>".repeat(1_100_000) + "</a>");
        assertThatThrownBy(() -> run(new XmlToIon(), "from", "kestra:///deep"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("`query`");
        var line = new byte[(64 << 20) + 2];
        Arrays.fill(line, (byte) 'x');
        context.store("kestra:///long", line);
        assertThatThrownBy(() -> run(new IonToCsv(), "from", "kestra:///long"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("characters in line 1");
        var laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a%d: &a%d [".formatted(i, i));
            laughs.append("*a%d, ".formatted(i - 1).repeat(9)).append("x]\n");
        }
        context.store("kestra:///laughs", laughs.toString());
        assertThatThrownBy(() -> run(new YamlToIon(), "from", "kestra:///laughs"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Expected a row of at most");
        context.store("kestra:///plain", "no workbook");
        assertThatThrownBy(() -> run(new ExcelToIon(), "from", "kestra:///plain"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("xlsx");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @Timeout(60)
    void manyElementsOfOneNameAreReadInTheirOrder() throws Exception {
        context.store("kestra:///many", "<a>" + "<b>x</b>".repeat(500_000) + "<b>y</b></a>");

        assertThat(text(convert(new XmlToIon(), "from", "kestra:///many")))
                .startsWith("{\"a\":{\"b\":[\"x\",\"x\",")
                .endsWith("\"x\",\"y\"]}}\n");
    }

    @Test
    void nothingBetweenTwoSeparatorsIsNoRow() throws Exception {
        context.store("kestra:///gaps", "---\n---\nid: 1\n---\n- 2\n- 3\n");

        assertThat(text(convert(new YamlToIon(), "from", "kestra:///gaps")))
                .isEqualTo("{\"id\":1}\n2\n3\n");
    }

    @Test
    void xmlReachesNothingOutside() {
        context.store(
                "kestra:///xxe",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>");
        assertThatThrownBy(() -> run(new XmlToIon(), "from", "kestra:///xxe"))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void avroHasASchema() throws Exception {
        var schema =
                """
                {"type":"record","name":"r","fields":[
                  {"name":"id","type":"long"},
                  {"name":"name","type":"string"},
                  {"name":"n","type":["null",{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}]},
                  {"name":"ok","type":"boolean"},
                  {"name":"day","type":{"type":"int","logicalType":"date"}},
                  {"name":"kind","type":"string","default":"none"}]}
                """;
        var avro = convert(new IonToAvro(), "from", "kestra:///rows", "schema", schema);

        assertThat(text(convert(new AvroToIon(), "from", avro)))
                .contains("\"id\":1,", "\"n\":1.50", "\"n\":null", "\"day\":\"2026-01-03\"")
                .contains("\"kind\":\"none\"");
        context.store("kestra:///bad", "{\"id\":\"x\"}\n");
        assertThatThrownBy(() -> run(new IonToAvro(), "from", "kestra:///bad", "schema", schema))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Row 1 doesn't fit")
                .hasMessageContaining("row.id");
        assertThatThrownBy(() -> run(new AvroToIon(), "from", "kestra:///rows"))
                .isInstanceOf(TaskFailedException.class);
        var inferred = convert(new IonToAvro(), "from", "kestra:///rows");
        assertThat(text(convert(new AvroToIon(), "from", inferred))).isEqualTo(ROWS);
    }

    @Test
    void whatUnixCompressesIsOnlyRead() throws Exception {
        var ab = HexFormat.of().parseHex("1f9d9061c400");
        context.store("kestra:///a.Z", ab);

        assertThat(text(convert(new FileDecompress(), "from", "kestra:///a.Z", "compression", "Z")))
                .isEqualTo("ab");
        assertThatThrownBy(
                        () -> run(new FileCompress(), "from", "kestra:///rows", "compression", "Z"))
                .hasMessageContaining("can't be compressed");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"Z", "DEFLATE64"})
    void aFileIsCompressedAndDecompressed(Compression compression) throws Exception {
        var small =
                convert(new FileCompress(), "from", "kestra:///rows", "compression", compression);
        assertThat(text(small)).isNotEqualTo(ROWS);
        assertThat(text(convert(new FileDecompress(), "from", small, "compression", compression)))
                .isEqualTo(ROWS);
    }

    @ParameterizedTest
    @EnumSource(ArchiveFormat.class)
    void filesArePackedAndUnpacked(ArchiveFormat format) throws Exception {
        var name = format == ArchiveFormat.AR ? "a.txt" : "deep/a.txt";
        var archive =
                convert(
                        new ArchiveCompress(),
                        "from",
                        Map.of(name, "kestra:///rows"),
                        "algorithm",
                        format,
                        "compression",
                        "GZIP");
        var files =
                (Map<?, ?>)
                        requireNonNull(
                                run(
                                                new ArchiveDecompress(),
                                                "from",
                                                archive,
                                                "algorithm",
                                                format,
                                                "compression",
                                                "GZIP")
                                        .get("files"));
        assertThat(text(String.valueOf(files.get(name)))).isEqualTo(ROWS);
    }

    @Test
    void anArchiveMayNotLeadOutOfItself() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("../../evil"));
            zip.write("x".getBytes(StandardCharsets.UTF_8));
        }
        context.store("kestra:///evil.zip", bytes.toByteArray());
        assertThatThrownBy(() ->
                        run(
                                new ArchiveDecompress(),
                                "from",
                                "kestra:///evil.zip",
                                "algorithm",
                                "ZIP"))
                .hasMessageContaining("leads out");
    }

    @Test
    void whatIsNestedWithoutEndFailsInWords() {
        var lists = "[".repeat(200_000);
        for (var from :
                Map.of(
                                "json",
                                lists,
                                "yaml",
                                lists,
                                "maps.yaml",
                                "{a: ".repeat(100_000),
                                "xml",
                                "<a>".repeat(200_000))
                        .entrySet()) {
            context.store("kestra:///" + from.getKey(), from.getValue());
        }

        assertThatThrownBy(() -> run(new JsonToIon(), "from", "kestra:///json"))
                .isInstanceOf(TaskFailedException.class);
        for (var yaml : List.of("kestra:///yaml", "kestra:///maps.yaml")) {
            assertThatThrownBy(() -> run(new YamlToIon(), "from", yaml))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageStartingWith("Expected YAML but ");
        }
        assertThatThrownBy(() -> run(new XmlToIon(), "from", "kestra:///xml"))
                .isInstanceOf(TaskFailedException.class);
    }
}
