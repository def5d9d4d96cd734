// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.audit;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private final AuditStore store;
    private final Access access;

    AuditController(AuditStore store, Access access) {
        this.store = store;
        this.access = access;
    }

    /// Newest first; `before` is the number of the last entry of the page before.
    @GetMapping
    PagedResults<AuditStore.Entry> search(
            @PathVariable String tenant,
            @RequestParam(required = false) @Nullable String subject,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String resource,
            @RequestParam(required = false) @Nullable Long before,
            Paging paging) {
        access.requireOnTenant(Permission.AUDIT_READ);
        return new PagedResults<>(
                store.search(
                        tenant,
                        subject,
                        action,
                        resource,
                        before == null ? Long.MAX_VALUE : before,
                        Math.min(paging.size(), 1000)),
                store.count(tenant));
    }

    /// Whether nobody has touched the log.
    @GetMapping("/verify")
    Map<String, Object> verify() {
        access.requireOnTenant(Permission.AUDIT_READ);
        var broken = store.firstBroken();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("whole", broken.isEmpty());
        broken.ifPresent(sequence -> answer.put("firstBroken", sequence));
        return answer;
    }
}
