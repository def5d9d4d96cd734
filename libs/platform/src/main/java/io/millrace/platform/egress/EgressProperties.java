// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.egress;

import io.millrace.contracts.EgressRules;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What holds for all tenants, as `EgressRules` has it. Without a word only public addresses are
/// reached.
///
/// @param allow may be reached though it isn't public
/// @param deny may not be reached, whatever a tenant is allowed
/// @param only if any: nothing else may be reached
@ConfigurationProperties("millrace.egress")
public record EgressProperties(
        @DefaultValue List<String> allow,
        @DefaultValue List<String> deny,
        @DefaultValue List<String> only) {

    EgressRules rules() {
        return new EgressRules(allow, deny, only);
    }
}
