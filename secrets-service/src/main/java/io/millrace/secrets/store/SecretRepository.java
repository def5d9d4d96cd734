// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface SecretRepository extends JpaRepository<SecretEntity, UUID> {

    Optional<SecretEntity> findByTenantAndNamespaceAndNameIgnoreCase(
            String tenant, String namespace, String name);

    /// By their names.
    ///
    /// @param after only those with a later name; empty: all
    @Query(
            """
            select s from SecretEntity s
             where s.tenant = :tenant and s.namespace = :namespace
               and lower(s.name) like concat('%', lower(:part), '%') escape '\\'
               and s.name > :after
             order by s.name
            """)
    List<SecretEntity> search(
            String tenant, String namespace, String part, String after, Pageable page);

    @Query(
            """
            select count(s) from SecretEntity s
             where s.tenant = :tenant and s.namespace = :namespace
               and lower(s.name) like concat('%', lower(:part), '%') escape '\\'
            """)
    long count(String tenant, String namespace, String part);

    List<SecretEntity> findByTenantAndNamespaceInOrderByNamespaceAscNameAsc(
            String tenant, Collection<String> namespaces);

    /// @param names in lower case
    @Query(
            """
            select s from SecretEntity s
             where s.tenant = :tenant and s.namespace in :namespaces and lower(s.name) in :names
            """)
    List<SecretEntity> findAllNamed(
            String tenant, Collection<String> namespaces, Collection<String> names);
}
