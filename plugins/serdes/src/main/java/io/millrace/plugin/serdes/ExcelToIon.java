// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import io.millrace.plugin.kit.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.jspecify.annotations.Nullable;

/// Reads a workbook (xlsx), a row at a time: a file of rows for each sheet.
@Plugin(
        type = "io.kestra.plugin.serdes.excel.ExcelToIon",
        aliases = "io.kestra.plugin.serdes.excel.ExcelReader",
        title = "Make rows of an Excel file")
public final class ExcelToIon implements TaskPlugin<ExcelToIon.Properties, ExcelToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Whether the first row has the names of the fields") @Default("true")
                    Boolean header,
            @Title("Names of sheets; all if absent") @Nullable List<String> sheetsTitle,
            @Title("How many rows are left out at the beginning") @Default("0") Integer skipRows,
            @Title("Whether rows without any value are left out") @Default("false")
                    Boolean skipEmptyRows) {}

    public record Outputs(
            @Title("Files by the names of the sheets") Map<String, URI> uris,
            @Title("How many rows") long size) {}

    private static final List<String> HELD =
            List.of("xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml");
    private static final long LARGEST_HELD = 256 << 20;
    private static final int CHUNK = 1 << 20;

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var uris = new LinkedHashMap<String, URI>();
        long size = 0;
        try (var file = fetched(properties.from(), context);
                var workbook = new ReadableWorkbook(file.path().toFile())) {
            for (var sheet : workbook.getSheets().toList()) {
                var wanted = properties.sheetsTitle();
                if (wanted == null || wanted.isEmpty() || wanted.contains(sheet.getName())) {
                    var result = convert(sheet, properties, context);
                    uris.put(sheet.getName(), Objects.requireNonNull(result.uri()));
                    size += result.size();
                }
            }
        } catch (ExcelReaderException e) {
            throw new TaskFailedException("Expected an Excel file but " + e.getMessage(), e);
        }
        context.count("records", (double) size, Map.of());
        return new Outputs(uris, size);
    }

    /// On disk: as a stream the whole workbook would be held in memory. What is held there in any
    /// case, all texts that cells share, may not be too long.
    private static NewFile fetched(String from, TaskContext context)
            throws IOException, TaskFailedException {
        var file = NewFile.create(context);
        try {
            try (var content = RowFile.stream(from, context)) {
                content.transferTo(file.stream());
            }
            file.stream().flush();
            try (var zip = new ZipFile(file.path().toFile())) {
                for (var name : HELD) {
                    var entry = zip.getEntry(name);
                    if (entry != null) {
                        requireShort(zip.getInputStream(entry), name);
                    }
                }
            } catch (ZipException e) {
                throw new TaskFailedException("Expected an Excel file (xlsx)", e);
            }
            return file;
        } catch (IOException | TaskFailedException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void requireShort(InputStream content, String name)
            throws IOException, TaskFailedException {
        try (content) {
            long left = LARGEST_HELD;
            for (long n = content.skip(CHUNK); n > 0; n = content.skip(CHUNK)) {
                left -= n;
                if (left < 0) {
                    throw new TaskFailedException(
                            "Expected at most %d bytes in %s of the Excel file"
                                    .formatted(LARGEST_HELD, name));
                }
            }
        }
    }

    private static Rows.Result convert(Sheet sheet, Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        try (var stream = sheet.openStream();
                var rows = new Rows(context, FetchType.STORE)) {
            List<@Nullable Object> header = null;
            int skip = properties.skipRows();
            for (Iterator<Row> all = stream.iterator(); all.hasNext(); ) {
                var values = values(all.next());
                if (skip-- > 0
                        || (properties.skipEmptyRows()
                                && values.stream().allMatch(Objects::isNull))) {
                    continue;
                }
                if (properties.header() && header == null) {
                    header = values;
                } else {
                    rows.add(header == null ? values : named(header, values));
                }
            }
            return rows.finish();
        }
    }

    private static Map<String, @Nullable Object> named(
            List<@Nullable Object> header, List<@Nullable Object> values) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < Math.max(header.size(), values.size()); i++) {
            var name =
                    i < header.size() && header.get(i) != null ? header.get(i) : "field_" + (i + 1);
            row.put(String.valueOf(name), i < values.size() ? values.get(i) : null);
        }
        return row;
    }

    private static List<@Nullable Object> values(Row row) {
        var values = new ArrayList<@Nullable Object>();
        for (int i = 0; i < row.getCellCount(); i++) {
            Cell cell = row.getOptionalCell(i).orElse(null);
            values.add(cell == null ? null : value(cell));
        }
        return values;
    }

    private static @Nullable Object value(Cell cell) {
        return switch (cell.getType()) {
            case NUMBER -> isDate(cell) ? cell.asDate().toString() : cell.asNumber();
            case BOOLEAN -> cell.asBoolean();
            case STRING -> cell.asString();
            case FORMULA -> cell.getRawValue();
            case ERROR -> cell.getRawValue();
            case EMPTY -> null;
        };
    }

    private static boolean isDate(Cell cell) {
        var format = cell.getDataFormatString();
        return format != null
                && format.replaceAll("\"[^\"]*\"|\\[[^\\]]*]", "").matches(".*[yYdDhH].*");
    }
}
