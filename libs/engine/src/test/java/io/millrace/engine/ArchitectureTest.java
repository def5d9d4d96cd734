// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

@AnalyzeClasses(
        packages = "io.millrace.engine",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDS_ON_FLOWS_AND_EXPRESSIONS_ALONE =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "io.millrace.engine..",
                            "io.millrace.model..",
                            "io.millrace.expressions..",
                            "org.jspecify..")
                    .because(
                            "the engine runs in a test as it runs in production: without anything");

    @ArchTest
    static final ArchRule HAS_NO_IO_AND_NO_THREADS =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.engine")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.io..",
                            "java.net..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "java.sql..")
                    .because("it is a pure function");

    @ArchTest
    static final ArchRule HAS_NO_CLOCK =
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .because("time is an argument");

    @ArchTest
    static final ArchRule HAS_NO_CHANCE =
            noClasses()
                    .should()
                    .callMethod(UUID.class, "randomUUID")
                    .orShould()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .callMethod(RandomGenerator.class, "getDefault")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.Random")
                    .because("the same event leads to the same state; chance comes from ids");
}
