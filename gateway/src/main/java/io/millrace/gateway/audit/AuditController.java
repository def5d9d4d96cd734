// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.contracts.Codec;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The audit log, for admins.
@RestController
@RequestMapping("/api/v1/{tenant}/audit")
class AuditController {
    private static final int PAGE = 1000;

    private final AuditStore store;

    /// A look at all of the log takes long where there is much of it, and has a connection
    /// meanwhile that all requests of all tenants need.
    private final Semaphore looks = new Semaphore(1);

    AuditController(AuditStore store) {
        this.store = store;
    }

    /// @param total how many match, counted up to 100,000; absent where a place to go on from was
    ///   asked for
    /// @param nextCursor the number of the last entry, where there may be more
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(
            List<AuditStore.Entry> results, @Nullable Long total, @Nullable String nextCursor) {}

    /// Newest first. What comes after a page is asked for with its `nextCursor` as `cursor`, or
    /// with `before`, the number of its last entry; `page` counts from there. `action` and
    /// `resource` may be beginnings; `outcome` is `success` or `refused`.
    @GetMapping
    Page search(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable String subject,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String resource,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable OffsetDateTime from,
            @RequestParam(required = false) @Nullable OffsetDateTime to,
            @RequestParam(required = false) @Nullable Long before,
            @RequestParam(required = false) @Nullable Long cursor,
            Paging paging) {
        var search = matching(tenant, subject, action, resource, outcome, from, to);
        int size = Math.min(paging.size(), PAGE);
        var after = cursor == null ? before : cursor;
        long offset = (paging.page() - 1L) * size;
        var found = store.search(search, after == null ? Long.MAX_VALUE : after, offset, size);
        return new Page(
                found,
                after == null ? total(search, found.size(), offset, size) : null,
                found.size() < size ? null : "" + found.getLast().sequence());
    }

    /// The last page knows it without counting.
    private long total(AuditStore.Search search, int found, long offset, int size) {
        boolean isLast = found < size && (offset == 0 || found > 0);
        return isLast ? offset + found : store.count(search);
    }

    private static AuditStore.Search matching(
            String tenant,
            @Nullable String subject,
            @Nullable String action,
            @Nullable String resource,
            @Nullable String outcome,
            @Nullable OffsetDateTime from,
            @Nullable OffsetDateTime to) {
        return new AuditStore.Search(
                tenant,
                subject,
                action,
                resource,
                outcome,
                from == null ? null : from.toInstant(),
                to == null ? null : to.toInstant());
    }

    /// All that matches, oldest first, a JSON document a line, as a file.
    @GetMapping("/export")
    void export(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable String subject,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String resource,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable OffsetDateTime from,
            @RequestParam(required = false) @Nullable OffsetDateTime to,
            HttpServletResponse response)
            throws IOException {
        var search = matching(tenant, subject, action, resource, outcome, from, to);
        response.setContentType("application/x-ndjson");
        response.setHeader(
                "Content-Disposition", "attachment; filename=\"audit-" + tenant + ".jsonl\"");
        var out = response.getOutputStream();
        long after = 0;
        while (true) {
            var page = store.export(search, after, PAGE);
            for (var entry : page) {
                after = entry.sequence();
                var line = new LinkedHashMap<String, Object>();
                line.put("sequence", entry.sequence());
                line.put("hash", entry.hash());
                line.put("event", entry.event());
                out.write(Codec.encode(line));
                out.write("\n".getBytes(StandardCharsets.UTF_8));
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    /// @param whole whether nobody has touched the log
    /// @param entries so many fit, over all tenants
    /// @param hash of the last of those: with `entries` the anchor for a later look
    /// @param firstBroken the number of the first entry that was changed or is missing
    record Verified(boolean whole, long entries, String hash, @Nullable Long firstBroken) {}

    /// Whether nobody has touched the log, of this tenant or another: it is one chain.
    ///
    /// @param sequence with `hash`: an entry as an earlier look has found it
    @GetMapping("/verify")
    Verified verify(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable Long sequence,
            @RequestParam(required = false) @Nullable String hash) {
        if ((sequence == null) != (hash == null)) {
            throw new ServiceException.Malformed("Expected sequence and hash, or neither");
        }
        var anchor =
                sequence == null || hash == null || sequence < 1
                        ? null
                        : new AuditStore.Anchor(sequence, hash);
        if (!looks.tryAcquire()) {
            throw new ServiceException.TooMany(
                    "Somebody looks at the audit log already. Try again", Duration.ofSeconds(5));
        }
        AuditStore.Verification found;
        try {
            found = store.verify(anchor);
        } finally {
            looks.release();
        }
        return new Verified(
                found.firstBroken() == null, found.entries(), found.hash(), found.firstBroken());
    }
}
