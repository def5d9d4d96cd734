// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How files become rows of a table.
record Loading(
        @Title("Table: project.dataset.table") String destinationTable,
        @Title("What the files are: CSV, JSON (a row a line), AVRO, PARQUET or ORC") Format format,
        @Title("Columns, as `fields` with `name`, `type` and `mode`")
                @Nullable Map<String, @Nullable Object> schema,
        @Title("Whether columns are found in the files") @Nullable Boolean autodetect,
        @Title("Whether values without a column are left out")
                @Nullable Boolean ignoreUnknownValues,
        @Title("How many rows may be bad") @Nullable Integer maxBadRecords,
        @Title("How CSV is written") @Nullable CsvOptions csvOptions,
        @Title("How Avro is read") @Nullable AvroOptions avroOptions) {

    /// What a file is.
    public enum Format {
        CSV("CSV"),
        JSON("NEWLINE_DELIMITED_JSON"),
        AVRO("AVRO"),
        PARQUET("PARQUET"),
        ORC("ORC");

        private final String source;

        Format(String source) {
            this.source = source;
        }
    }

    /// How CSV is written.
    public record CsvOptions(
            @Title("What is between fields") @Nullable String fieldDelimiter,
            @Title("What is around fields") @Nullable String quote,
            @Title("How many lines are left out at the beginning") @Nullable Long skipLeadingRows,
            @Title("Whether fields may be missing at the end") @Nullable Boolean allowJaggedRows,
            @Title("Whether fields may have several lines") @Nullable Boolean allowQuotedNewLines,
            @Title("Encoding, such as UTF-8") @Nullable String encoding) {}

    /// How Avro is read.
    public record AvroOptions(
            @Title("Whether logical types, such as dates, are what they say")
                    @Nullable Boolean useAvroLogicalTypes) {}

    /// What a task tells of a load.
    public record Outputs(
            @Title("The job") String jobId,
            @Title("How many rows were loaded") long rows,
            @Title("The table") TableId destinationTable) {}

    /// In the words of the API.
    private Map<String, Object> job(TableId table) {
        var load = new LinkedHashMap<String, Object>();
        load.put("destinationTable", table.reference());
        load.put("sourceFormat", format.source);
        Writing.put(load, "schema", schema);
        Writing.put(load, "autodetect", autodetect);
        Writing.put(load, "ignoreUnknownValues", ignoreUnknownValues);
        Writing.put(load, "maxBadRecords", maxBadRecords);
        if (csvOptions != null) {
            Writing.put(load, "fieldDelimiter", csvOptions.fieldDelimiter());
            Writing.put(load, "quote", csvOptions.quote());
            Writing.put(load, "allowJaggedRows", csvOptions.allowJaggedRows());
            Writing.put(load, "allowQuotedNewlines", csvOptions.allowQuotedNewLines());
            Writing.put(load, "encoding", csvOptions.encoding());
            if (csvOptions.skipLeadingRows() != null) {
                load.put("skipLeadingRows", csvOptions.skipLeadingRows().toString());
            }
        }
        if (avroOptions != null) {
            Writing.put(load, "useAvroLogicalTypes", avroOptions.useAvroLogicalTypes());
        }
        return load;
    }

    /// Begins the job and waits for its end.
    @FunctionalInterface
    interface Run {
        BigQuery.Job of(Map<String, Object> configuration) throws Exception;
    }

    Outputs load(
            BigQuery bigQuery,
            Writing writing,
            Map<String, Object> more,
            Run run,
            TaskContext context)
            throws Exception {
        var table = TableId.of(destinationTable, bigQuery.project());
        var load = job(table);
        writing.into(load);
        load.putAll(more);
        var job = run.of(BigQueryTask.configuration("load", load, writing));
        long rows = job.number("statistics", "load", "outputRows");
        context.count("output.rows", (double) rows, Map.of());
        long bad = job.number("statistics", "load", "badRecords");
        if (bad > 0) {
            context.log().warn("%d rows are bad and were left out".formatted(bad));
        }
        return new Outputs(job.id(), rows, table);
    }

    static TaskFailedException noFile(IllegalArgumentException cause) {
        return new TaskFailedException("Expected the URI of a file in `from`", cause);
    }
}
