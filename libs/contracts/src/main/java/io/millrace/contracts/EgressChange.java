// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import org.jspecify.annotations.Nullable;

/// What the gateway asks the flow-service for when an operator changes where a tenant's tasks may
/// connect to. Who he is goes along: the record of the change is safe together with it.
///
/// @param rules that are to hold from now on
/// @param subject who changes them
/// @param tokenId of the token that he came with, or absent
/// @param address that he came from, or absent
/// @param ifMatch the entity tag that the rules of now must have, or absent
public record EgressChange(
        EgressRules rules,
        String subject,
        @Nullable String tokenId,
        @Nullable String address,
        @Nullable String ifMatch) {}
