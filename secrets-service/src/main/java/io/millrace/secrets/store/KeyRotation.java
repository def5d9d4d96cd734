// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.secrets.crypto.Envelopes;
import io.millrace.secrets.crypto.Envelopes.WrappedKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/// Follows the master key: when there is a new one, data keys are wrapped anew under it, and the
/// old one can be taken away. Data keys that are too old seal nothing new.
@Component
@EnableScheduling
class KeyRotation {
    private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);
    private static final int AT_ONCE = 100;
    private static final UUID FIRST = new UUID(0, 0);

    private final DataKeys keys;
    private final Envelopes envelopes;
    private final AuditTrail audit;
    private final TransactionOperations transactions;
    private final Clock clock;
    private final Duration longestUse;

    KeyRotation(
            DataKeys keys,
            Envelopes envelopes,
            AuditTrail audit,
            TransactionOperations transactions,
            Clock clock,
            @Value("${millrace.secrets.data-key-use}") Duration longestUse) {
        this.keys = keys;
        this.envelopes = envelopes;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
        this.longestUse = longestUse;
    }

    @Scheduled(
            fixedDelayString = "${millrace.secrets.rotation-every}",
            initialDelayString = "${millrace.secrets.rotation-every}")
    void look() {
        TenantScope.runAcross(() -> {
            retireOld();
            follow();
        });
    }

    private void retireOld() {
        transactions.executeWithoutResult(_ ->
                keys.retire(clock.instant().minus(longestUse))
                        .forEach(tenant ->
                                audit.changed(
                                        tenant,
                                        "secret.retire-key",
                                        "tenant/" + tenant,
                                        Map.of())));
    }

    private void follow() {
        try {
            var current = envelopes.refreshed();
            var page = keys.wrappedByOthers(current, FIRST, AT_ONCE);
            while (!page.isEmpty()) {
                page.forEach(this::wrapAnew);
                page = keys.wrappedByOthers(current, page.getLast().id(), AT_ONCE);
            }
        } catch (ServiceException.Unavailable | IllegalStateException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Data keys can't be wrapped anew; it is tried again");
        }
    }

    /// One that nobody can open any more doesn't keep the others under the old master key.
    private void wrapAnew(WrappedKey key) {
        WrappedKey anew;
        try {
            // not within a transaction: the master key may be elsewhere
            anew = keys.wrapAnew(key);
        } catch (IllegalStateException | TamperedException e) {
            log.atWarn()
                    .addKeyValue("tenant", key.tenant())
                    .addKeyValue("key", key.id())
                    .addKeyValue("masterKey", key.masterKeyId())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A data key can't be opened, nor wrapped anew");
            return;
        }
        transactions.executeWithoutResult(_ -> {
            if (keys.replace(key, anew)) {
                audit.changed(
                        key.tenant(),
                        "secret.wrap-key",
                        "tenant/" + key.tenant(),
                        Map.of("from", key.masterKeyId(), "to", anew.masterKeyId()));
            }
        });
    }
}
