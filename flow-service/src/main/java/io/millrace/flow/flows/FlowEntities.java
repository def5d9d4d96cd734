// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
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

    Optional<FlowRevision> revision(FlowId flow, int revision) {
        var key = new RevisionEntity.Key(flow.tenant(), flow.namespace(), flow.id(), revision);
        return Optional.ofNullable(entities.find(RevisionEntity.class, key))
                .map(RevisionEntity::toRevision);
    }

    /// All revisions, oldest first.
    List<FlowRevision> revisions(FlowId flow) {
        return entities.createQuery(
                        """
                        select r from RevisionEntity r
                         where r.tenant = :tenant and r.namespace = :namespace and r.id = :id
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

    void add(Object entity) {
        entities.persist(entity);
    }
}
