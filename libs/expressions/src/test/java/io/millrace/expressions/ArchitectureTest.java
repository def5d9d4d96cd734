// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.template.PebbleTemplate;

@AnalyzeClasses(packages = "io.millrace.expressions", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDENCIES =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.millrace.expressions",
                            "java..",
                            "javax.crypto..",
                            "org.jspecify.annotations",
                            "io.pebbletemplates.pebble..",
                            "tools.jackson..",
                            "org.snakeyaml.engine..",
                            "de.focus_shift.jollyday..")
                    .because("expressions are a library that any module may use");

    @ArchTest
    static final ArchRule NO_IO =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.nio.file..", "java.net.http..", "java.sql..")
                    .because("what reads a store is handed in");

    @ArchTest
    static final ArchRule NO_REFLECTION =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.reflect.Method")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.reflect.Field")
                    .orShould()
                    .callMethod(Class.class, "forName", String.class)
                    .because("a template reaches nothing but what the language has");

    @ArchTest
    static final ArchRule PEBBLE_ONLY_PARSES =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(PebbleEngine.class)
                    .orShould()
                    .callMethodWhere(
                            com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates
                                            .With.owner(
                                            com.tngtech.archunit.core.domain.JavaClass.Predicates
                                                    .assignableTo(PebbleTemplate.class))))
                    .because("Pebble's own evaluation has no budget");
}
