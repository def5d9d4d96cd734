// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Repository;

/// Rows of flows and their revisions.
@Repository
class FlowEntities {
    private final EntityManager entities;

    FlowEntities(EntityManager entities) {
        this.entities = entities;
    }

    /// The flow, deleted or not; nobody else changes it until the transaction ends.
    Optional<FlowEntity> lock(FlowId flow) {
        return Optional.ofNullable(
                entities.find(FlowEntity.class, flow, LockModeType.PESSIMISTIC_WRITE));
    }

    Optional<FlowEntity> find(FlowId flow) {
        return Optional.ofNullable(entities.find(FlowEntity.class, flow));
    }

    /// A revision that hasn't been removed.
    Optional<FlowRevision> revision(FlowId flow, int revision) {
        var key = new RevisionEntity.Key(flow.tenant(), flow.namespace(), flow.id(), revision);
        return Optional.ofNullable(entities.find(RevisionEntity.class, key))
                .filter(found -> !found.removed())
                .map(RevisionEntity::toRevision);
    }

    /// All revisions, oldest first.
    List<FlowRevision> revisions(FlowId flow) {
        return entities.createQuery(
                        """
                        select r from RevisionEntity r
                         where r.tenant = :tenant and r.namespace = :namespace and r.id = :id
                           and r.removedAt is null
                         order by r.revision
                        """,
                        RevisionEntity.class)
                .setParameter("tenant", flow.tenant())
                .setParameter("namespace", flow.namespace())
                .setParameter("id", flow.id())
                .getResultStream()
                .map(RevisionEntity::toRevision)
                .toList();
    }

    /// Flows of one namespace, without deleted ones.
    List<FlowId> inNamespace(String tenant, String namespace) {
        return entities.createQuery(
                        """
                        select f.tenant, f.namespace, f.id from FlowEntity f
                         where f.tenant = :tenant and f.namespace = :namespace and not f.deleted
                         order by f.id
                        """,
                        FlowId.class)
                .setParameter("tenant", tenant)
                .setParameter("namespace", namespace)
                .getResultList();
    }

    /// Hides revisions; what runs on them still finds them.
    void remove(FlowId flow, List<Integer> revisions, Instant at) {
        entities.createNativeQuery(
                        """
                        update flow_revision set removed_at = :at
                         where tenant = :tenant and namespace = :namespace and id = :id
                           and revision in (:revisions) and removed_at is null
                        """)
                .setParameter("at", at)
                .setParameter("tenant", flow.tenant())
                .setParameter("namespace", flow.namespace())
                .setParameter("id", flow.id())
                .setParameter("revisions", revisions)
                .executeUpdate();
    }

    void add(Object entity) {
        entities.persist(entity);
    }
}
