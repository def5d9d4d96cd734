// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.millrace.platform",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("io.millrace.platform.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature is understood without those that use it");

    @ArchTest
    static final ArchRule KNOWS_CONTRACTS_ALONE =
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.millrace..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "io.millrace.platform..",
                                                            "io.millrace.contracts.."))))
                    .because(
                            "what every service needs knows none of them, nor what they are about");

    @ArchTest
    static final ArchRule TWO_PACKAGES_KNOW_THE_SECURITY_CONTEXT =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..access..", "..identity..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.security..")
                    .because("who asks is found out in one and asked for in the other");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SPEAKS_AMQP =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..broker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.rabbitmq..")
                    .because("confirms, reconnects and spans are handled in one place");
}
