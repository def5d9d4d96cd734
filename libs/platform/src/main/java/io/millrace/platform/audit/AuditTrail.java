// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.contracts.AuditEvent;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Permission;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// Records who did what, by which token and from where. The one way into the audit log.
///
/// A request that changes something and says nothing here is recorded by its route: whoever has
/// more to say, such as what was before, says it here, in the transaction of the change.
public final class AuditTrail implements Access.RefusalListener {
    private static final String DONE = "success";
    private static final String REFUSED = "refused";
    private static final String RECORDED = AuditTrail.class.getName();

    private final AuditSink sink;
    private final Clock clock;

    AuditTrail(AuditSink sink, Clock clock) {
        this.sink = sink;
        this.clock = clock;
    }

    /// A change by whoever is behind the present request. It joins the caller's transaction if
    /// there is one; else it is safe when this returns.
    ///
    /// @param action such as `flow.create`
    /// @param resource such as `flow/company.team/etl`
    /// @param details what changed, never a secret value; see [Difference]
    public void changed(
            String tenant, String action, String resource, Map<String, String> details) {
        changed(tenant, subject(), action, resource, details);
    }

    /// A change by somebody who isn't behind the present request.
    public void changed(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        beside(tenant, subject, action, resource, details);
        recorded();
    }

    private static void recorded() {
        var request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(RECORDED, true, RequestAttributes.SCOPE_REQUEST);
        }
    }

    /// Whom a change is by, where another service makes it.
    ///
    /// @param tokenId of the token that he came with, or absent
    /// @param address that he came from, or absent
    public record Origin(String subject, @Nullable String tokenId, @Nullable String address) {}

    /// Whoever is behind the present request.
    public Origin origin() {
        return new Origin(subject(), tokenId(), address());
    }

    /// The present request's change is recorded by the service that makes it.
    public void recordedElsewhere() {
        recorded();
    }

    /// A change that another service asks for on behalf of somebody.
    public void changed(
            Origin origin,
            String tenant,
            String action,
            String resource,
            Map<String, String> details) {
        sink.write(event(origin, tenant, action, resource, DONE, details));
        recorded();
    }

    /// A change beside what the present request asks for, which is recorded all the same.
    public void beside(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        sink.write(event(tenant, subject, action, resource, DONE, details));
    }

    /// Whether the present request has said what it changed.
    boolean hasRecorded() {
        var request = RequestContextHolder.getRequestAttributes();
        return request != null
                && request.getAttribute(RECORDED, RequestAttributes.SCOPE_REQUEST) != null;
    }

    /// Somebody was let in.
    public void signedIn(
            String tenant, String subject, @Nullable String tokenId, Map<String, String> details) {
        sink.writeSoon(
                new AuditEvent(
                        UUID.randomUUID().toString(),
                        clock.instant(),
                        tenant,
                        subject,
                        tokenId,
                        address(),
                        "signin",
                        "user/" + subject,
                        DONE,
                        details));
    }

    /// Something that was not allowed.
    public void refused(
            String tenant,
            String subject,
            String action,
            String resource,
            Map<String, String> details) {
        sink.writeSoon(event(tenant, subject, action, resource, REFUSED, details));
    }

    @Override
    public void refused(Caller caller, Permission permission, String resource) {
        refused(
                caller.tenant(),
                caller.subject(),
                "access.refused",
                resource,
                Map.of("permission", permission.name()));
    }

    private AuditEvent event(
            String tenant,
            String subject,
            String action,
            String resource,
            String outcome,
            Map<String, String> details) {
        var origin = new Origin(subject, tokenId(), address());
        return event(origin, tenant, action, resource, outcome, details);
    }

    private AuditEvent event(
            Origin origin,
            String tenant,
            String action,
            String resource,
            String outcome,
            Map<String, String> details) {
        return new AuditEvent(
                UUID.randomUUID().toString(),
                clock.instant(),
                tenant,
                origin.subject(),
                origin.tokenId(),
                origin.address(),
                action,
                resource,
                outcome,
                Map.copyOf(details));
    }

    private static @Nullable String tokenId() {
        return Identity.current().orElse(null) instanceof Caller caller ? caller.tokenId() : null;
    }

    private static String subject() {
        return Identity.current().map(Identity::subject).orElse("system");
    }

    private static @Nullable String address() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes s) {
            var request = s.getRequest();
            var forwarded =
                    request.getAttribute(Identity.PASSED_ON) == null
                            ? null
                            : request.getHeader("X-Forwarded-For");
            return forwarded == null ? request.getRemoteAddr() : forwarded;
        }
        return null;
    }
}
