// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Looks at the classes of all plugins for properties that flows may set in vain.
class UnreadPropertiesTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern OURS = Pattern.compile("L(io/millrace/plugin/[\\w/$]+)");

    private final Map<String, ClassModel> classes = new TreeMap<>();

    /// What code asks for without an argument, as `owner.name`.
    private final Set<String> read = new HashSet<>();

    @Test
    void aPropertyThatNothingReadsSaysSo() throws IOException {
        for (var folder : List.of("plugins", "libs")) {
            load(ROOT.resolve(folder));
        }
        classes.values().forEach(this::look);

        var unread = new TreeSet<String>();
        for (var type : propertyRecords()) {
            for (var property : components(type)) {
                var name = property.name().stringValue();
                if (!isRead(type, name) && !title(property).startsWith("Without effect")) {
                    unread.add(type.thisClass().asInternalName() + "." + name);
                }
            }
        }

        assertThat(classes).hasSizeGreaterThan(500);
        assertThat(unread)
                .as("properties that nothing reads, and whose title doesn't say “Without effect”")
                .isEmpty();
    }

    private void load(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            var ours =
                    files.filter(file ->
                                    file.toString().contains("target/classes/io/millrace/plugin/")
                                            && file.toString().endsWith(".class"))
                            .toList();
            for (var file : ours) {
                var model = ClassFile.of().parse(file);
                classes.put(model.thisClass().asInternalName(), model);
            }
        }
    }

    private void look(ClassModel type) {
        // calls, and references to methods
        for (var entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member
                    && member.type().stringValue().startsWith("()")) {
                read.add(member.owner().asInternalName() + "." + member.name().stringValue());
            }
        }
        // a record's own fields
        for (var method : type.methods()) {
            method.code().stream()
                    .flatMap(code -> code.elementStream())
                    .flatMap(element -> ownField(method, element))
                    .forEach(field -> read.add(type.thisClass().asInternalName() + "." + field));
        }
    }

    private static Stream<String> ownField(MethodModel method, CodeElement element) {
        boolean counts =
                element instanceof FieldInstruction field
                        && field.opcode() == Opcode.GETFIELD
                        && !field.name().equalsString(method.methodName().stringValue());
        return counts ? Stream.of(((FieldInstruction) element).name().stringValue()) : Stream.of();
    }

    private boolean isRead(ClassModel type, String name) {
        return read.contains(type.thisClass().asInternalName() + "." + name)
                || type.interfaces().stream()
                        .map(parent -> classes.get(parent.asInternalName()))
                        .anyMatch(parent -> parent != null && isRead(parent, name));
    }

    /// Records that plugins take properties in, and those in them.
    private List<ClassModel> propertyRecords() {
        var found = new HashMap<String, ClassModel>();
        var open = new ArrayDeque<String>();
        classes.keySet().stream().filter(name -> name.endsWith("Properties")).forEach(open::add);
        while (!open.isEmpty()) {
            var name = open.remove();
            var type = classes.get(name);
            if (type == null || found.containsKey(name)) {
                continue;
            }
            found.put(name, type);
            for (var component : components(type)) {
                var shape =
                        component
                                .findAttribute(Attributes.signature())
                                .map(signature -> signature.signature().stringValue())
                                .orElse(component.descriptor().stringValue());
                OURS.matcher(shape).results().map(match -> match.group(1)).forEach(open::add);
            }
        }
        return List.copyOf(found.values());
    }

    private static List<RecordComponentInfo> components(ClassModel type) {
        return type.findAttribute(Attributes.record())
                .map(record -> record.components())
                .orElse(List.of());
    }

    private static String title(RecordComponentInfo component) {
        return component.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(all -> all.annotations().stream())
                .filter(a -> a.className().equalsString("Lio/millrace/plugin/Title;"))
                .flatMap(a -> a.elements().stream())
                .map(element -> ((AnnotationValue.OfString) element.value()).stringValue())
                .findFirst()
                .orElse("");
    }
}
