// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.net.InetAddress;
import java.util.List;

/// An egress policy in terms of addresses, for what asks for no names: a firewall.
///
/// Each stage is gone through in order, and in each the first line that fits counts. What no stage
/// has decided is refused.
public record AddressRules(List<Stage> stages) {
    public AddressRules {
        stages = List.copyOf(stages);
    }

    /// What a line, or the end of a stage, says.
    public enum Verdict {
        PERMIT,
        REFUSE,
        GO_ON
    }

    /// @param otherwise where no line fits
    public record Stage(List<Line> lines, Verdict otherwise) {
        public Stage {
            lines = List.copyOf(lines);
        }
    }

    /// @param network first address of a range; IPv4 or IPv6
    /// @param bits how many of its first bits count
    /// @param port 0: all
    public record Line(InetAddress network, int bits, int port, Verdict verdict) {}
}
