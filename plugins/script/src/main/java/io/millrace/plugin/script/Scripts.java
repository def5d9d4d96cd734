// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Scripts that stand in the flow, of languages whose interpreter the machine or the image has.
public final class Scripts {
    private Scripts() {}

    @Plugin(
            type = "io.kestra.plugin.scripts.node.Script",
            title = "Run a Node.js script",
            weight = 2)
    public static final class Node extends LanguageScript {
        public Node() {
            super(Language.NODE);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.ruby.Script", title = "Run a Ruby script", weight = 2)
    public static final class Ruby extends LanguageScript {
        public Ruby() {
            super(Language.RUBY);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.r.Script", title = "Run an R script", weight = 2)
    public static final class R extends LanguageScript {
        public R() {
            super(Language.R);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.perl.Script", title = "Run a Perl script", weight = 2)
    public static final class Perl extends LanguageScript {
        public Perl() {
            super(Language.PERL);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.go.Script", title = "Run a Go program", weight = 2)
    public static final class Go extends LanguageScript {
        public Go() {
            super(Language.GO);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.jbang.Script",
            title = "Run a Java program of one file",
            weight = 2)
    public static final class Java extends LanguageScript {
        public Java() {
            super(Language.JAVA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.powershell.Script",
            title = "Run a PowerShell script",
            weight = 2)
    public static final class PowerShell extends LanguageScript {
        public PowerShell() {
            super(Language.POWERSHELL);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.php.Script", title = "Run a PHP script", weight = 2)
    public static final class Php extends LanguageScript {
        public Php() {
            super(Language.PHP);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.lua.Script", title = "Run a Lua script", weight = 2)
    public static final class Lua extends LanguageScript {
        public Lua() {
            super(Language.LUA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.julia.Script",
            title = "Run a Julia script",
            weight = 2)
    public static final class Julia extends LanguageScript {
        public Julia() {
            super(Language.JULIA);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.groovy.Script",
            title = "Run a Groovy script",
            weight = 2)
    public static final class Groovy extends LanguageScript {
        public Groovy() {
            super(Language.GROOVY);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.bun.Script",
            title = "Run a TypeScript or JavaScript program with Bun",
            weight = 2)
    public static final class Bun extends LanguageScript {
        public Bun() {
            super(Language.BUN);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.deno.Script",
            title = "Run a TypeScript or JavaScript program with Deno",
            weight = 2)
    public static final class Deno extends LanguageScript {
        public Deno() {
            super(Language.DENO);
        }
    }

    @Plugin(type = "io.kestra.plugin.scripts.dotnet.Script", title = "Run a C# script", weight = 2)
    public static final class DotNet extends LanguageScript {
        public DotNet() {
            super(Language.DOTNET);
        }
    }
}
