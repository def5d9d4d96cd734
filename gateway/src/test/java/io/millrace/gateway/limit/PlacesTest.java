// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.limit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gateway.GatewayProperties;
import io.millrace.platform.problem.ServiceException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PlacesTest {
    private final Places places =
            new Places(
                    new Binder(
                                    new MapConfigurationPropertySource(
                                            Map.of("gateway.limits.tenant-at-once", "2")))
                            .bindOrCreate("gateway", GatewayProperties.class));

    @Test
    void aTenantThatHasAllItsPlacesLeavesOthersTheirs() {
        var first = places.take("noisy");
        var _ = places.take("noisy");

        assertThatThrownBy(() -> places.take("noisy")).isInstanceOf(ServiceException.TooMany.class);
        assertThatCode(() -> places.take("other")).doesNotThrowAnyException();

        first.close();
        assertThatCode(() -> places.take("noisy")).doesNotThrowAnyException();
    }
}
