// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.platform.access.Quota;
import io.millrace.platform.access.QuotaUse;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// What a tenant uses of its quotas.
@RestController
class UsageController {
    private final FileRows rows;

    UsageController(FileRows rows) {
        this.rows = rows;
    }

    /// @return how much is used, in the order of the questions
    @PostMapping("/internal/usage/{tenant}")
    List<Long> used(@PathVariable String tenant, @RequestBody List<QuotaUse.Question> questions) {
        return questions.stream()
                .limit(QuotaUse.MOST)
                .map(question ->
                        question.kind() == Quota.Kind.STORAGE_BYTES
                                ? rows.bytes(tenant, question.namespace())
                                : 0L)
                .toList();
    }
}
