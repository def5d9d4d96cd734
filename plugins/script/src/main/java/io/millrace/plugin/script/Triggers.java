// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Triggers that run scripts of each language.
public final class Triggers {
    private Triggers() {}

    @Plugin(
            type = "io.kestra.plugin.scripts.shell.ScriptTrigger",
            title = "Start an execution when a shell script says so",
            weight = 2)
    public static final class ShellScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public ShellScriptTrigger() {
            super(new ShellScript());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.shell.CommandsTrigger",
            title = "Start an execution when shell commands say so",
            weight = 2)
    public static final class ShellCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public ShellCommandsTrigger() {
            super(new ShellCommands());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.python.ScriptTrigger",
            title = "Start an execution when a script of Python says so",
            weight = 2)
    public static final class PythonScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public PythonScriptTrigger() {
            super(new PythonScript());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.python.CommandsTrigger",
            title = "Start an execution when commands beside files of Python say so",
            weight = 2)
    public static final class PythonCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public PythonCommandsTrigger() {
            super(new Commands.Python());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.node.ScriptTrigger",
            title = "Start an execution when a script of Node.js says so",
            weight = 2)
    public static final class NodeScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public NodeScriptTrigger() {
            super(new Scripts.Node());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.node.CommandsTrigger",
            title = "Start an execution when commands beside files of Node.js say so",
            weight = 2)
    public static final class NodeCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public NodeCommandsTrigger() {
            super(new Commands.Node());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.ruby.ScriptTrigger",
            title = "Start an execution when a script of Ruby says so",
            weight = 2)
    public static final class RubyScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public RubyScriptTrigger() {
            super(new Scripts.Ruby());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.ruby.CommandsTrigger",
            title = "Start an execution when commands beside files of Ruby say so",
            weight = 2)
    public static final class RubyCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public RubyCommandsTrigger() {
            super(new Commands.Ruby());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.go.ScriptTrigger",
            title = "Start an execution when a script of Go says so",
            weight = 2)
    public static final class GoScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public GoScriptTrigger() {
            super(new Scripts.Go());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.go.CommandsTrigger",
            title = "Start an execution when commands beside files of Go say so",
            weight = 2)
    public static final class GoCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public GoCommandsTrigger() {
            super(new Commands.Go());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.r.ScriptTrigger",
            title = "Start an execution when a script of R says so",
            weight = 2)
    public static final class RScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public RScriptTrigger() {
            super(new Scripts.R());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.r.CommandsTrigger",
            title = "Start an execution when commands beside files of R say so",
            weight = 2)
    public static final class RCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public RCommandsTrigger() {
            super(new Commands.R());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.perl.ScriptTrigger",
            title = "Start an execution when a script of Perl says so",
            weight = 2)
    public static final class PerlScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public PerlScriptTrigger() {
            super(new Scripts.Perl());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.perl.CommandsTrigger",
            title = "Start an execution when commands beside files of Perl say so",
            weight = 2)
    public static final class PerlCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public PerlCommandsTrigger() {
            super(new Commands.Perl());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.jbang.ScriptTrigger",
            title = "Start an execution when a script of Java says so",
            weight = 2)
    public static final class JavaScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public JavaScriptTrigger() {
            super(new Scripts.Java());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.jbang.CommandsTrigger",
            title = "Start an execution when commands beside files of Java say so",
            weight = 2)
    public static final class JavaCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public JavaCommandsTrigger() {
            super(new Commands.Java());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.powershell.ScriptTrigger",
            title = "Start an execution when a script of PowerShell says so",
            weight = 2)
    public static final class PowerShellScriptTrigger
            extends WatchingTrigger<ScriptProperties, WatchingTrigger.OfScript> {
        public PowerShellScriptTrigger() {
            super(new Scripts.PowerShell());
        }
    }

    @Plugin(
            type = "io.kestra.plugin.scripts.powershell.CommandsTrigger",
            title = "Start an execution when commands beside files of PowerShell say so",
            weight = 2)
    public static final class PowerShellCommandsTrigger
            extends WatchingTrigger<CommandsProperties, WatchingTrigger.OfCommands> {
        public PowerShellCommandsTrigger() {
            super(new Commands.PowerShell());
        }
    }
}
