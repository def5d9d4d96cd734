// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface SecretVersionRepository
        extends JpaRepository<SecretVersionEntity, SecretVersionEntity.Key> {

    @Modifying
    @Query(
            "delete from SecretVersionEntity v where v.key.secretId = :secretId"
                    + " and v.key.version <= :version")
    void deleteUpTo(UUID secretId, int version);
}
