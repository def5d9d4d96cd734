// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.signin.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final Snapshot SNAPSHOT =
            new Snapshot(
                    1,
                    Set.of("main"),
                    Map.of(),
                    Map.of(),
                    Map.of("main", Map.of(Snapshot.memberOf("a1"), Set.of("admins"))),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    Map.of());

    @Test
    void anAccountIsInTheGroupsThatItWasGiven() {
        var account = new Principal.Account("a1", "main", false);

        assertThat(SNAPSHOT.groups(principal("service-account:a1", account), "main"))
                .containsExactly("admins");
    }

    /// Some issuers let people choose what they are called.
    @Test
    void aUserWhoIsCalledLikeAnAccountIsInNoneOfItsGroups() {
        for (var subject : List.of("account:a1", "a1", "account a1")) {
            assertThat(SNAPSHOT.groups(principal(subject, null), "main")).isEmpty();
        }
    }

    private static Principal principal(String subject, Principal.@Nullable Account account) {
        return new Principal(
                subject,
                Set.of(),
                Instant.MAX,
                "token",
                new Principal.Profile("issuer", subject, null, null, null),
                account,
                List.of(),
                null,
                false);
    }
}
