// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.Socket;

@AnalyzeClasses(
        packages = {"io.millrace.plugin.script", "io.millrace.plugin.docker"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDS_ON_THE_PLUGIN_API_ALONE =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tools.jackson..",
                            "com.fasterxml.jackson.annotation..",
                            "io.millrace.plugin",
                            "io.millrace.plugin.kit",
                            "io.millrace.plugin.container",
                            "io.millrace.plugin.cluster",
                            "io.millrace.plugin.docker",
                            "io.millrace.plugin.script..")
                    .because("a plugin runs in any worker, and is described without one");

    @ArchTest
    static final ArchRule HAS_NO_NETWORK =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.net.http..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Socket.class)
                    .because("a script's traffic is its own; the worker fetches nothing for it");
}
