// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.Socket;
import java.net.URLConnection;

@AnalyzeClasses(
        packages = "io.millrace.plugin.core",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDS_ON_THE_PLUGIN_API_ALONE =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.crypto..",
                            "org.jspecify..",
                            "tools.jackson..",
                            "com.fasterxml.jackson.annotation..",
                            "io.millrace.plugin",
                            "io.millrace.plugin.kit",
                            "io.millrace.plugin.core..")
                    .because("a plugin runs in any worker, and is described without one");

    @ArchTest
    static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("io.millrace.plugin.core.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature is understood without those that use it");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SPEAKS_TO_THE_NET =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..http..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.net.http..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Socket.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(URLConnection.class)
                    .because("the egress policy is applied in one client");
}
