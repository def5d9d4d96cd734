// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.secrets.store.Secrets;
import jakarta.persistence.Entity;
import javax.crypto.Cipher;

@AnalyzeClasses(
        packages = "io.millrace.secrets",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("io.millrace.secrets.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature is understood without those that use it");

    @ArchTest
    static final ArchRule ONLY_THE_PLATFORM_READS_THE_SECURITY_CONTEXT =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.security..")
                    .because("who may do what is decided in one place");

    @ArchTest
    static final ArchRule ENTITIES_STAY_INSIDE =
            classes()
                    .that()
                    .areAnnotatedWith(Entity.class)
                    .should()
                    .bePackagePrivate()
                    .because("an entity outside of its feature is changed unseen");

    @ArchTest
    static final ArchRule ONLY_CRYPTO_ENCRYPTS =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..crypto..")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Cipher.class)
                    .because("keys and ciphers are handled in one place");

    @ArchTest
    static final ArchRule VALUES_GO_TO_TASKS_ALONE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..reading..", "..store..")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Secrets.Reading.class)
                    .because("users put values in and never get them out");
}
