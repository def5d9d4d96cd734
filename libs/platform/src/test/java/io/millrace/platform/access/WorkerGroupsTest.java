// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WorkerGroupsTest {
    private static final WorkerGroups GROUPS =
            new Binder(
                            new MapConfigurationPropertySource(
                                    Map.of(
                                            "millrace.worker-groups.payments.tenants", "bank,shop",
                                            "millrace.worker-groups.payments.namespaces", "a.b",
                                            "millrace.worker-groups.all.tenants", "bank")))
                    .bindOrCreate("millrace", WorkerGroups.class);

    @Test
    void aGroupThatNothingIsSaidOfIsForAll() {
        assertThat(GROUPS.serves("default", "other", "x")).isTrue();
        assertThat(GROUPS.tenantsOf("default")).isEmpty();
    }

    @Test
    void aBoundGroupIsForItsTenantsAndNamespacesAlone() {
        assertThat(GROUPS.serves("payments", "bank", "a.b")).isTrue();
        assertThat(GROUPS.serves("payments", "shop", "a.b.c")).isTrue();
        assertThat(GROUPS.serves("payments", "shop", "a.bc")).isFalse();
        assertThat(GROUPS.serves("payments", "shop", "a")).isFalse();
        assertThat(GROUPS.serves("payments", "other", "a.b")).isFalse();
        assertThat(GROUPS.serves("all", "bank", "x")).isTrue();
        assertThat(GROUPS.serves("all", "shop", "x")).isFalse();
        assertThat(GROUPS.tenantsOf("payments")).isEqualTo(List.of("bank", "shop"));
    }

    @Test
    void aWorkerWithItsGroupsKeyHearsOfItsGroupsTenantsAlone() {
        assertThat(GROUPS.opens(new ServiceIdentity("worker.payments"), "shop")).isTrue();
        assertThat(GROUPS.opens(new ServiceIdentity("worker.payments"), "other")).isFalse();
        assertThat(GROUPS.opens(new ServiceIdentity("worker.nobodys"), "bank")).isFalse();
        assertThat(GROUPS.opens(new ServiceIdentity("worker"), "other")).isTrue();
        assertThat(GROUPS.opens(new ServiceIdentity("execution"), "other")).isTrue();
    }

    @Test
    void aGroupThatNobodyBoundIsBoundToNothing() {
        assertThat(GROUPS.isBoundTo("payments", "bank", "a.b.c")).isTrue();
        assertThat(GROUPS.isBoundTo("payments", "bank", "a")).isFalse();
        assertThat(GROUPS.isBoundTo("nobodys", "bank", "a.b")).isFalse();
    }
}
