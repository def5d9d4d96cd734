// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How scripts of a language are started, and where packages that they need go.
///
/// @see <a href="https://pip.pypa.io/en/stable/cli/pip_install/">pip install</a>
/// @see <a href="https://docs.astral.sh/uv/reference/cli/#uv-pip-install">uv pip install</a>
/// @see <a href="https://docs.npmjs.com/cli/commands/npm-install">npm install</a>
/// @see <a href="https://guides.rubygems.org/command-reference/#gem-install">gem install</a>
enum Language {
    PYTHON("script.py", "PYTHONPATH", "", "python3 -u", "python3", "python:3"),
    NODE("script.js", "NODE_PATH", "node_modules", "node", "nodejs", "node:22"),
    RUBY("script.rb", "GEM_PATH", "", "ruby", "ruby", "ruby:3"),
    R("script.R", "R_LIBS", "", "Rscript --vanilla", "r-base-core", "r-base"),
    PERL("script.pl", "", "", "perl", "perl", "perl:5"),
    GO("script.go", "", "", "go run", "golang-go", "golang:1"),
    /// The JDK runs a file of source by itself; `script.java.command` may be `jbang`.
    JAVA("Script.java", "", "", "java", "default-jdk-headless", "eclipse-temurin:25"),
    POWERSHELL(
            "script.ps1",
            "",
            "",
            "pwsh -NoProfile -NonInteractive -File",
            "powershell of packages.microsoft.com",
            "mcr.microsoft.com/powershell"),
    PHP("script.php", "", "", "php", "php-cli", "php"),
    LUA("script.lua", "", "", "lua", "lua5.4", "nickblah/lua"),
    JULIA("script.jl", "", "", "julia", "julia", "julia"),
    GROOVY("script.groovy", "", "", "groovy", "groovy", "groovy"),
    BUN("script.ts", "", "", "bun run", "bun of bun.sh", "oven/bun"),
    DENO("script.ts", "", "", "deno run", "deno of deno.com", "denoland/deno"),
    /// C# that is run without a project.
    DOTNET(
            "script.csx",
            "",
            "",
            "dotnet-script",
            "dotnet-script, a tool of the .NET SDK",
            "mcr.microsoft.com/dotnet/sdk:10.0");

    /// Installs packages of Python faster than pip does.
    static final String UV = "uv";

    /// A package of Node that lies in no registry: a URL, or a repository such as `owner/name`.
    private static final Pattern ELSEWHERE = Pattern.compile(":|^[^@][^/]*/");

    private final String file;
    private final String searchPath;
    private final String packages;
    private final String command;
    private final String debian;
    private final String image;

    /// @param searchPath variable that says where packages are; empty: none can be installed
    /// @param packages where the installer puts them below what it was told
    /// @param debian package that has the program
    /// @param image that has it
    Language(
            String file,
            String searchPath,
            String packages,
            String command,
            String debian,
            String image) {
        this.file = file;
        this.searchPath = searchPath;
        this.packages = packages;
        this.command = command;
        this.debian = debian;
        this.image = image;
    }

    String file() {
        return file;
    }

    /// An image that has the program.
    String image() {
        return image;
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

    /// Whether it is jbang that runs such a script of Java, rather than the JDK.
    static boolean needsJbang(PackageOptions packages) {
        return packages.quiet() != null
                || (packages.extension() != null && !packages.extension().equals(".java"));
    }

    /// What a worker lacks that doesn't have the program.
    ///
    /// @param program that isn't there
    String lack(String program) {
        return "There is no '%s' on this worker: install it (Debian: %s), name another program in script.%s.command, or run the task in a container, by `taskRunner` and a `containerImage` such as %s"
                .formatted(program, debian, name().toLowerCase(Locale.ROOT), image);
    }

    /// Whether a variable tells what installs packages where they come from, and which to take.
    boolean saysWhichPackages(String variable) {
        var name = variable.toUpperCase(Locale.ROOT);
        return switch (this) {
            case PYTHON -> name.startsWith("PIP_") || name.startsWith("UV_");
            case NODE -> name.startsWith("NPM_CONFIG_");
            case RUBY -> name.startsWith("GEM_");
            case R, PERL, GO, JAVA, POWERSHELL, PHP, LUA, JULIA, GROOVY, BUN, DENO, DOTNET -> false;
        };
    }

    /// Tells pip of the index that uv is told of, and the other way round: the one that isn't meant
    /// may have to do it, and must not look elsewhere.
    static void nameIndexForBoth(Map<String, String> environment) {
        var uv = environment.getOrDefault("UV_DEFAULT_INDEX", environment.get("UV_INDEX_URL"));
        var pip = environment.get("PIP_INDEX_URL");
        if (uv == null && pip != null) {
            environment.put("UV_INDEX_URL", pip);
        } else if (uv != null && pip == null) {
            environment.put("PIP_INDEX_URL", uv);
        }
        var others = "EXTRA_INDEX_URL";
        var moreOfUv = environment.get("UV_" + others);
        var moreOfPip = environment.get("PIP_" + others);
        if (moreOfUv == null && moreOfPip != null) {
            environment.put("UV_" + others, moreOfPip);
        } else if (moreOfUv != null && moreOfPip == null) {
            environment.put("PIP_" + others, moreOfUv);
        }
    }

    /// What installs packages.
    ///
    /// @param program that runs scripts
    /// @param byUv whether uv does, in place of pip
    List<String> install(String program, List<String> wanted, Path folder, boolean byUv) {
        var install = new ArrayList<String>();
        switch (this) {
            case PYTHON -> {
                // uv shares no files of its cache with the folder
                var line =
                        byUv
                                ? "%s pip install --no-progress --link-mode copy --python %s"
                                        .formatted(UV, program)
                                : "%s -m pip install --no-input --disable-pip-version-check"
                                        .formatted(program);
                install.addAll(List.of(line.split(" ")));
                install.addAll(List.of("--target", folder.toString()));
            }
            case NODE -> {
                install.addAll(List.of("npm", "install", "--no-audit", "--no-fund", "--no-save"));
                if (wanted.stream().anyMatch(name -> ELSEWHERE.matcher(name).find())) {
                    // npm 12 takes those only if it is told so, and then none that these
                    // ask for; earlier ones take no notice
                    install.addAll(List.of("--allow-remote=root", "--allow-git=root"));
                }
                install.addAll(List.of("--prefix", folder.toString()));
            }
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
