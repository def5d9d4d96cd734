// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.millrace.gateway",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.millrace.gateway.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature that needs another that needs it is one feature");

    @ArchTest
    static final ArchRule ROUTES_ARE_PLAIN =
            noClasses()
                    .that()
                    .resideInAPackage("..route..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "jakarta..", "io.millrace.platform.web..", "org.springframework.jdbc..")
                    .because("the route table is read and tested without anything running");

    @ArchTest
    static final ArchRule ENTRY_DECIDES =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..entry..", "..session..", "..signin..")
                    .should()
                    .dependOnClassesThat()
                    .haveSimpleName("AccessTokens")
                    .because("a caller is authenticated in one place");

    @ArchTest
    static final ArchRule SESSIONS_AUTHENTICATE_AT_THE_ENTRY =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..entry..", "..session..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("io.millrace.gateway.session.Sessions")
                    .because("a cookie counts where a token would, and nowhere else");
}
