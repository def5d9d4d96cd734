// SPDX-License-Identifier: Apache-2.0
package io.millrace.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the documentation, as it is written.
///
/// @param path below the checkout
public record Page(Path path, String text) {
    /// The checkout.
    public static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    private static final Set<String> NOT_OURS = Set.of("target", "node_modules");
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^(?<indent> *)```(?<language>\\w*)\\R(?<text>.*?)^ *```");

    /// What stands between fences.
    ///
    /// @param line of the page, at which its text begins
    /// @param language such as `yaml`; may be empty
    public record Block(Page page, int line, String language, String text) {
        @Override
        public String toString() {
            return page.path() + ":" + line;
        }
    }

    /// All pages of the checkout.
    public static List<Page> all() throws IOException {
        var pages = new ArrayList<Page>();
        for (var file : files(ROOT, ".*\\.md")) {
            pages.add(new Page(ROOT.relativize(file), Files.readString(file)));
        }
        return List.copyOf(pages);
    }

    /// Files below a folder that are the project's, but for what is built.
    ///
    /// @param pattern that their whole path fits
    public static List<Path> files(Path folder, String pattern) throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        var name = String.valueOf(directory.getFileName());
                        boolean skipped =
                                !directory.equals(folder)
                                        && (name.startsWith(".") || NOT_OURS.contains(name));
                        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.toString().matches(pattern)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        return List.copyOf(found);
    }

    public List<Block> blocks() {
        return BLOCK.matcher(text)
                .results()
                .map(found -> {
                    var indent = found.group("indent");
                    return new Block(
                            this,
                            line(found.start("text")),
                            found.group("language"),
                            found.group("text").replaceAll("(?m)^" + indent, ""));
                })
                .toList();
    }

    /// The page with blanks in place of what stands between fences.
    public String prose() {
        return BLOCK.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(found.group().replaceAll("[^\\n]", "")));
    }

    /// Which line of the page a place is in, from 1.
    public int line(int offset) {
        return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}
