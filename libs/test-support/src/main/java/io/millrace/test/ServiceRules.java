// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// What holds for the code of every service. A service's architecture test has
/// `ArchTests.in(ServiceRules.class)`.
public final class ServiceRules {
    @ArchTest
    public static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("io.millrace.*.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature is understood without those that use it");

    @ArchTest
    public static final ArchRule ONLY_THE_PLATFORM_READS_THE_SECURITY_CONTEXT =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.security..")
                    .because("who may do what is decided in one place");

    private ServiceRules() {}
}
