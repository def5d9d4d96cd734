// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of Parquet, written for DuckDB to read and by DuckDB to be read.
class ParquetTest {
    private static final String ROWS =
            """
            {"id":1,"name":"ä, \\"b\\"","n":1,"ok":true,"tags":["x",null],"at":{"lat":1.5},"none":null}
            {"id":2,"name":null,"n":2.5,"ok":false,"tags":[],"at":null,"mixed":1}
            {"id":3,"name":"c","n":null,"ok":null,"tags":null,"at":{"lat":2,"place":"y"},"mixed":"z"}
            """;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        context.store("kestra:///rows", ROWS);
    }

    private URI convert(TaskPlugin<?, ?> task, Object... properties) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return URI.create(String.valueOf(Tasks.run(task, context, all).get("uri")));
    }

    private String text(URI uri) {
        return requireNonNull(context.text(uri));
    }

    /// A file that DuckDB can see.
    private Path onDisk(URI uri) throws Exception {
        return Files.write(directory.resolve("seen.parquet"), context.bytes(uri));
    }

    private static Connection duck() throws SQLException {
        return requireNonNull(new DuckDBDriver().connect("jdbc:duckdb:", new Properties()));
    }

    private static String ask(Connection duck, String sql) throws SQLException {
        try (var statement = duck.createStatement();
                var result = statement.executeQuery(sql)) {
            var all = new StringBuilder();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                for (int i = 1; i <= columns; i++) {
                    all.append(i == 1 ? "" : "|").append(result.getString(i));
                }
                all.append('\n');
            }
            return all.toString();
        }
    }

    @ParameterizedTest
    @CsvSource({"UNCOMPRESSED,V1", "GZIP,V2", "SNAPPY,V1", "SNAPPY,V2", "ZSTD,V2", "LZ4_RAW,V1"})
    void rowsAreReadElsewhereAndBack(String codec, String version) throws Exception {
        var uri =
                convert(
                        new IonToParquet(),
                        "from",
                        "kestra:///rows",
                        "compressionCodec",
                        codec,
                        "parquetVersion",
                        version);

        try (var duck = duck()) {
            var file = onDisk(uri);
            assertThat(
                            ask(
                                    duck,
                                    "select id, name, n, ok, tags::varchar, \"at\"::varchar, \"none\", mixed from read_parquet('%s')"
                                            .formatted(file)))
                    .isEqualTo(
                            """
                            1|ä, "b"|1.0|true|[x, NULL]|{'lat': 1.5, 'place': NULL}|null|null
                            2|null|2.5|false|[]|null|null|1
                            3|c|null|null|null|{'lat': 2.0, 'place': y}|null|z
                            """);
            assertThat(
                            ask(
                                    duck,
                                    "select typeof(id), typeof(n), typeof(tags), typeof(mixed) from read_parquet('%s') limit 1"
                                            .formatted(file)))
                    .isEqualTo("BIGINT|DOUBLE|VARCHAR[]|VARCHAR\n");
            assertThat(
                            ask(
                                    duck,
                                    "select distinct compression from parquet_metadata('%s')"
                                            .formatted(file)))
                    .isEqualTo(codec + "\n");
        }
        assertThat(text(convert(new ParquetToIon(), "from", uri)))
                .isEqualTo(
                        """
                        {"id":1,"name":"ä, \\"b\\"","n":1.0,"ok":true,"tags":["x",null],"at":{"lat":1.5,"place":null},"none":null,"mixed":null}
                        {"id":2,"name":null,"n":2.5,"ok":false,"tags":[],"at":null,"none":null,"mixed":"1"}
                        {"id":3,"name":"c","n":null,"ok":null,"tags":null,"at":{"lat":2.0,"place":"y"},"none":null,"mixed":"z"}
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
    void whatIsWrittenElsewhereIsRead(String codec) throws Exception {
        var file = directory.resolve("duck.parquet");
        try (var duck = duck();
                var statement = duck.createStatement()) {
            statement.execute(
                    """
                    copy (select 1::utinyint as small, 4294967295::uinteger as uint,
                      18446744073709551615::ubigint as ulong, 1.25::decimal(9,2) as price,
                      123456789012345678901234567890.1234::decimal(38,4) as huge, 1.5::float as half,
                      date '2026-01-02' as day, time '12:30:01.5' as hour,
                      timestamp '2026-01-02 03:04:05.678901' as local,
                      timestamptz '2026-01-02 03:04:05+01' as instant,
                      timestamp_ns '2026-01-02 03:04:05.123456789' as nanos,
                      uuid '00112233-4455-6677-8899-aabbccddeeff' as id, '\\x00\\xFF'::blob as raw,
                      [{'a': 1, 'b': [2, null]}, null] as deep, map {'k': 1, 'l': null} as named,
                      null::varchar as nothing, 'text' as word)
                    to '%s' (format parquet, compression %s)
                    """
                            .formatted(file, codec));
        }
        context.store("kestra:///duck", Files.readAllBytes(file));

        assertThat(text(convert(new ParquetToIon(), "from", "kestra:///duck")))
                .isEqualTo(
                        """
                        {"small":1,"uint":4294967295,"ulong":18446744073709551615,"price":1.25,\
                        "huge":123456789012345678901234567890.1234,"half":1.5,"day":"2026-01-02",\
                        "hour":"12:30:01.500","local":"2026-01-02T03:04:05.678901",\
                        "instant":"2026-01-02T02:04:05Z","nanos":"2026-01-02T03:04:05.123456789",\
                        "id":"00112233-4455-6677-8899-aabbccddeeff","raw":"AP8=",\
                        "deep":[{"a":1,"b":[2,null]},null],"named":{"k":1,"l":null},\
                        "nothing":null,"word":"text"}
                        """);
    }

    @Test
    void aSchemaSaysWhatFieldsAre() throws Exception {
        context.store(
                "kestra:///typed",
                """
                {"id":1,"price":"1.5","day":"2026-01-02","at":"2026-01-02T03:04:05.678Z","local":"2026-01-02T03:04:05","kind":"B","raw":"AP8=","named":{"k":1},"extra":1}
                """);
        var schema =
                """
                {"type":"record","name":"r","fields":[
                  {"name":"id","type":"int"},
                  {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}]},
                  {"name":"day","type":{"type":"int","logicalType":"date"}},
                  {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                  {"name":"local","type":{"type":"long","logicalType":"local-timestamp-millis"}},
                  {"name":"kind","type":{"type":"enum","name":"k","symbols":["A","B"]}},
                  {"name":"raw","type":{"type":"fixed","name":"f","size":2}},
                  {"name":"named","type":{"type":"map","values":"int"}},
                  {"name":"other","type":"string","default":"none"}]}
                """;
        var uri = convert(new IonToParquet(), "from", "kestra:///typed", "schema", schema);

        try (var duck = duck()) {
            assertThat(
                            ask(
                                    duck,
                                    "select column_name, column_type from (describe select * from read_parquet('%s'))"
                                            .formatted(onDisk(uri))))
                    .isEqualTo(
                            """
                            id|INTEGER
                            price|DECIMAL(9,2)
                            day|DATE
                            at|TIMESTAMP WITH TIME ZONE
                            local|TIMESTAMP
                            kind|VARCHAR
                            raw|BLOB
                            named|MAP(VARCHAR, INTEGER)
                            other|VARCHAR
                            """);
        }
        assertThat(text(convert(new ParquetToIon(), "from", uri)))
                .isEqualTo(
                        """
                        {"id":1,"price":1.50,"day":"2026-01-02","at":"2026-01-02T03:04:05.678Z","local":"2026-01-02T03:04:05","kind":"B","raw":"AP8=","named":{"k":1},"other":"none"}
                        """);
    }

    @Test
    void manyRowsAreWrittenInGroups() throws Exception {
        var rows = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            // spread, or they would take next to no room
            var text = Long.toHexString(i * 0x9E3779B97F4A7C15L);
            rows.append("{\"id\":%d,\"text\":\"%s\"}\n".formatted(i, text));
        }
        context.store("kestra:///many", rows.toString());

        var uri =
                convert(
                        new IonToParquet(),
                        "from",
                        "kestra:///many",
                        "rowGroupSize",
                        100_000,
                        "pageSize",
                        10_000);

        try (var duck = duck()) {
            var groups =
                    ask(
                            duck,
                            "select count(distinct row_group_id) > 2 from parquet_metadata('%s')"
                                    .formatted(onDisk(uri)));
            assertThat(groups).isEqualTo("true\n");
            assertThat(
                            ask(
                                    duck,
                                    "select count(*), sum(id) from read_parquet('%s')"
                                            .formatted(onDisk(uri))))
                    .isEqualTo("30000|449985000\n");
        }
        assertThat(text(convert(new ParquetToIon(), "from", uri))).isEqualTo(rows.toString());
    }

    @Test
    void whatDoesntFitIsSaid() {
        assertThatThrownBy(() ->
                        convert(
                                new IonToParquet(),
                                "from",
                                "kestra:///rows",
                                "numberOfRowsToScan",
                                1))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Row 2 has a field", "mixed", "numberOfRowsToScan");
        context.store("kestra:///empty", "");
        assertThatThrownBy(() -> convert(new IonToParquet(), "from", "kestra:///empty"))
                .hasMessageContaining("Expected rows");
        context.store("kestra:///spaces", "{\"a b\":1}\n");
        assertThatThrownBy(() -> convert(new IonToParquet(), "from", "kestra:///spaces"))
                .hasMessageContaining("letters, digits and _");
        assertThatThrownBy(() ->
                        convert(
                                new IonToParquet(),
                                "from",
                                "kestra:///rows",
                                "schema",
                                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"id\",\"type\":[\"int\",\"string\"]}]}"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("one type beside null for id");
        assertThatThrownBy(() ->
                        convert(
                                new IonToParquet(),
                                "from",
                                "kestra:///rows",
                                "schema",
                                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"name\",\"type\":[\"null\",\"boolean\"]}]}"))
                .hasMessageContaining("Row 1 doesn't fit", "row.name");
    }

    @Test
    void whatIsNoParquetIsSaid() throws Exception {
        assertThatThrownBy(() -> convert(new ParquetToIon(), "from", "kestra:///rows"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("it is not a Parquet file")
                .hasMessageNotContaining(directory.toString());

        var uri =
                convert(
                        new IonToParquet(),
                        "from",
                        "kestra:///rows",
                        "compressionCodec",
                        "UNCOMPRESSED");
        var bytes = context.bytes(uri);
        int umlaut = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u00c3\u00a4");
        bytes[umlaut + 1]++;
        context.store("kestra:///broken", bytes);
        assertThatThrownBy(() -> convert(new ParquetToIon(), "from", "kestra:///broken"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("CRC");
    }
}
