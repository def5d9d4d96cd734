// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import java.util.List;

/// Commands beside files of a language.
public final class Commands {
    private Commands() {}

    @Plugin(
            type = "io.kestra.plugin.scripts.python.Commands",
            aliases = "io.kestra.plugin.scripts.python.PythonCommands",
            title = "Run commands beside Python files",
            weight = 2)
    public static final class Python extends CommandsTask {
        public Python() {
            super(Language.PYTHON);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.node.Commands",
            title = "Run commands beside Node.js files",
            weight = 2)
    public static final class Node extends CommandsTask {
        public Node() {
            super(Language.NODE);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.ruby.Commands",
            title = "Run commands beside Ruby files",
            weight = 2)
    public static final class Ruby extends CommandsTask {
        public Ruby() {
            super(Language.RUBY);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.r.Commands",
            title = "Run commands beside R files",
            weight = 2)
    public static final class R extends CommandsTask {
        public R() {
            super(Language.R);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.perl.Commands",
            title = "Run commands beside Perl files",
            weight = 2)
    public static final class Perl extends CommandsTask {
        public Perl() {
            super(Language.PERL);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.go.Commands",
            title = "Run commands beside Go files",
            weight = 2)
    public static final class Go extends CommandsTask {
        public Go() {
            super(Language.GO);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.jbang.Commands",
            title = "Run commands beside Java files",
            weight = 2)
    public static final class Java extends CommandsTask {
        public Java() {
            super(Language.JAVA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.powershell.Commands",
            title = "Run commands beside PowerShell files",
            weight = 2)
    public static final class PowerShell extends CommandsTask {
        public PowerShell() {
            super(Language.POWERSHELL);
        }

        /// They are PowerShell's, unless the flow names an interpreter.
        @Override
        ProcessOptions options(CommandsProperties properties) {
            var given = properties.process();
            return given.interpreter().equals(ProcessRunner.DEFAULT_INTERPRETER)
                    ? given.withInterpreter(
                            List.of("pwsh", "-NoProfile", "-NonInteractive", "-Command"))
                    : given;
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.php.Commands",
            title = "Run commands beside PHP files",
            weight = 2)
    public static final class Php extends CommandsTask {
        public Php() {
            super(Language.PHP);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.lua.Commands",
            title = "Run commands beside Lua files",
            weight = 2)
    public static final class Lua extends CommandsTask {
        public Lua() {
            super(Language.LUA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.julia.Commands",
            title = "Run commands beside Julia files",
            weight = 2)
    public static final class Julia extends CommandsTask {
        public Julia() {
            super(Language.JULIA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.groovy.Commands",
            title = "Run commands beside Groovy files",
            weight = 2)
    public static final class Groovy extends CommandsTask {
        public Groovy() {
            super(Language.GROOVY);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.bun.Commands",
            title = "Run commands beside Bun files",
            weight = 2)
    public static final class Bun extends CommandsTask {
        public Bun() {
            super(Language.BUN);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.deno.Commands",
            title = "Run commands beside Deno files",
            weight = 2)
    public static final class Deno extends CommandsTask {
        public Deno() {
            super(Language.DENO);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.dotnet.Commands",
            title = "Run commands beside C# files",
            weight = 2)
    public static final class DotNet extends CommandsTask {
        public DotNet() {
            super(Language.DOTNET);
        }
    }
}
