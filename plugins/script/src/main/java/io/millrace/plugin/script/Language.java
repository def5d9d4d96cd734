// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How scripts of a language are started, and where packages that they need go.
///
/// @see <a href="https://pip.pypa.io/en/stable/cli/pip_install/">pip install</a>
/// @see <a href="https://docs.npmjs.com/cli/commands/npm-install">npm install</a>
/// @see <a href="https://guides.rubygems.org/command-reference/#gem-install">gem install</a>
enum Language {
    PYTHON("script.py", "PYTHONPATH", "", "python3 -u"),
    NODE("script.js", "NODE_PATH", "node_modules", "node"),
    RUBY("script.rb", "GEM_PATH", "", "ruby"),
    R("script.R", "R_LIBS", "", "Rscript --vanilla"),
    PERL("script.pl", "", "", "perl"),
    GO("script.go", "", "", "go run"),
    /// The JDK runs a file of source by itself; `script.java.command` may be `jbang`.
    JAVA("Script.java", "", "", "java"),
    POWERSHELL("script.ps1", "", "", "pwsh -NoProfile -NonInteractive -File");

    private final String file;
    private final String searchPath;
    private final String packages;
    private final String command;

    /// @param searchPath variable that says where packages are; empty: none can be installed
    /// @param packages where the installer puts them below what it was told
    Language(String file, String searchPath, String packages, String command) {
        this.file = file;
        this.searchPath = searchPath;
        this.packages = packages;
        this.command = command;
    }

    String file() {
        return file;
    }

    boolean takesDependencies() {
        return !searchPath.isEmpty();
    }

    String searchPath() {
        return searchPath;
    }

    Path packagesIn(Path folder) {
        return packages.isEmpty() ? folder : folder.resolve(packages);
    }

    /// What runs a script, which is its next argument. `script.<language>.command` replaces the
    /// program, and may have arguments.
    List<String> command(PluginSettings settings) {
        var name = "script.%s.command".formatted(name().toLowerCase(Locale.ROOT));
        var words = List.of(command.split(" "));
        return settings.text(name)
                .map(own ->
                        Stream.concat(Stream.of(own.strip().split(" +")), words.stream().skip(1))
                                .toList())
                .orElse(words);
    }

    /// What installs packages.
    ///
    /// @param program that runs scripts
    List<String> install(String program, List<String> wanted, Path folder) {
        var install = new ArrayList<String>();
        switch (this) {
            case PYTHON ->
                    install.addAll(
                            List.of(
                                    program,
                                    "-m",
                                    "pip",
                                    "install",
                                    "--disable-pip-version-check",
                                    "--no-input",
                                    "--target",
                                    folder.toString()));
            case NODE ->
                    install.addAll(
                            List.of(
                                    "npm",
                                    "install",
                                    "--no-audit",
                                    "--no-fund",
                                    "--no-save",
                                    "--prefix",
                                    folder.toString()));
            case RUBY ->
                    install.addAll(
                            List.of(
                                    "gem",
                                    "install",
                                    "--no-document",
                                    "--install-dir",
                                    folder.toString()));
            case R -> {
                var names =
                        wanted.stream()
                                .map(name -> "'" + name.replaceAll("[^A-Za-z0-9.]", "") + "'")
                                .collect(Collectors.joining(","));
                return List.of(
                        program,
                        "--vanilla",
                        "-e",
                        "install.packages(c(%s), lib='%s', repos=getOption('repos', c(CRAN='https://cloud.r-project.org')))"
                                .formatted(names, folder));
            }
            default -> throw new IllegalStateException("No packages of " + this);
        }
        install.addAll(wanted);
        return install;
    }
}
