// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.millrace.model",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDS_ON_LITTLE =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "org.snakeyaml.engine..",
                            "io.millrace.model..")
                    .because("flows are read in the engine, in services and in the command line");

    @ArchTest
    static final ArchRule RECORDS_DO_NOT_KNOW_YAML =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.model")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.millrace.model.yaml..", "org.snakeyaml..")
                    .because("a flow is the same however it was written");
}
