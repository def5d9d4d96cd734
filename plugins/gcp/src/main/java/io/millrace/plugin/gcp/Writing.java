// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a job writes to its table.
record Writing(
        @Title("What becomes of rows that are there: WRITE_TRUNCATE, WRITE_APPEND or WRITE_EMPTY")
                @Nullable WriteDisposition writeDisposition,
        @Title("Whether a table is made: CREATE_IF_NEEDED or CREATE_NEVER")
                @Nullable CreateDisposition createDisposition,
        @Title("How the schema may change: ALLOW_FIELD_ADDITION, ALLOW_FIELD_RELAXATION")
                @Nullable List<String> schemaUpdateOptions,
        @Title("Column by whose time the table is partitioned")
                @Nullable String timePartitioningField,
        @Title("What a partition is: DAY, HOUR, MONTH or YEAR")
                @Nullable String timePartitioningType,
        @Title("Columns by which rows are clustered") @Nullable List<String> clusteringFields,
        @Title("Labels of the job") @Nullable Map<String, String> labels,
        @Title("Where the data lies, such as EU") @Nullable String location) {

    /// What becomes of rows that are there.
    public enum WriteDisposition {
        WRITE_TRUNCATE,
        WRITE_TRUNCATE_DATA,
        WRITE_APPEND,
        WRITE_EMPTY
    }

    /// Whether a table is made.
    public enum CreateDisposition {
        CREATE_IF_NEEDED,
        CREATE_NEVER
    }

    /// As the API names it.
    void into(Map<String, Object> job) {
        put(job, "writeDisposition", writeDisposition);
        put(job, "createDisposition", createDisposition);
        put(job, "schemaUpdateOptions", schemaUpdateOptions);
        if (timePartitioningField != null || timePartitioningType != null) {
            var partitioning = new LinkedHashMap<String, Object>();
            partitioning.put("type", timePartitioningType == null ? "DAY" : timePartitioningType);
            put(partitioning, "field", timePartitioningField);
            job.put("timePartitioning", partitioning);
        }
        if (clusteringFields != null) {
            job.put("clustering", Map.of("fields", clusteringFields));
        }
    }

    static void put(Map<String, Object> object, String name, @Nullable Object value) {
        if (value != null) {
            object.put(name, value instanceof Enum<?> one ? one.name() : value);
        }
    }
}
