// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.graph;

import io.millrace.flow.flows.FlowSearch;
import io.millrace.model.graph.FlowLinks;
import io.millrace.model.graph.FlowLinks.Name;
import io.millrace.platform.access.Caller;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.springframework.stereotype.Service;

/// Which flows start which, as far as the caller may see them. What a revision says of others never
/// changes, so it is read once and kept.
@Service
class FlowTopology {
    private static final int MAX_KEPT = 50_000;
    private static final FlowLinks NONE = new FlowLinks(List.of(), List.of());

    private final FlowSearch search;
    private final Map<Key, FlowLinks> kept = new LinkedHashMap<>(256, 0.75f, true);

    FlowTopology(FlowSearch search) {
        this.search = search;
    }

    private record Key(String tenant, Name flow, int revision) {}

    /// Flows and the edges between them, in the form of Kestra's clients.
    record Graph(List<Node> nodes, List<Edge> edges) {}

    record Node(String uid, String namespace, String id) {}

    /// @param source the flow that starts, or ends before, the other
    record Edge(String source, String target, Relation relation) {}

    enum Relation {
        FLOW_TASK,
        FLOW_TRIGGER
    }

    private record Link(Name source, Name target, Relation relation) {}

    /// @param destinationOnly whether only what leads to the flow is asked for
    /// @param expandAll whether what they start and follow is asked for, too
    Graph of(String namespace, String id, boolean destinationOnly, boolean expandAll) {
        var start = new Name(namespace, id);
        var all = links();
        var known = new LinkedHashSet<Name>(Set.of(start));
        var found = new LinkedHashSet<Link>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (var link : all) {
                boolean touches =
                        known.contains(link.target())
                                || (!destinationOnly && known.contains(link.source()));
                grows |= touches && found.add(link);
            }
            if (!expandAll) {
                break;
            }
            for (var link : found) {
                known.add(link.source());
                known.add(link.target());
            }
        }
        return graph(found, known);
    }

    /// @param destinationOnly whether only what leads to flows of the namespace is asked for
    Graph of(String namespace, boolean destinationOnly) {
        Predicate<Name> within = flow -> flow.namespace().equals(namespace);
        var found = new LinkedHashSet<Link>();
        for (var link : links()) {
            if (within.test(link.target()) || (!destinationOnly && within.test(link.source()))) {
                found.add(link);
            }
        }
        return graph(found, Set.of());
    }

    private static Graph graph(Set<Link> links, Set<Name> more) {
        var flows = new LinkedHashSet<>(more);
        for (var link : links) {
            flows.add(link.source());
            flows.add(link.target());
        }
        return new Graph(
                flows.stream()
                        .map(flow -> new Node(uid(flow), flow.namespace(), flow.id()))
                        .toList(),
                links.stream()
                        .map(link ->
                                new Edge(uid(link.source()), uid(link.target()), link.relation()))
                        .toList());
    }

    private static String uid(Name flow) {
        return Caller.current().tenant() + "_" + flow.namespace() + "_" + flow.id();
    }

    private List<Link> links() {
        var visible = visible();
        var links = new ArrayList<Link>();
        visible.forEach((flow, said) -> {
            for (var started : said.starts()) {
                if (visible.containsKey(started)) {
                    links.add(new Link(flow, started, Relation.FLOW_TASK));
                }
            }
            for (var upstream : said.follows()) {
                for (var other : visible.keySet()) {
                    if (!other.equals(flow) && upstream.matches(other)) {
                        links.add(new Link(other, flow, Relation.FLOW_TRIGGER));
                    }
                }
            }
        });
        return links;
    }

    /// What each flow that the caller may see says of others.
    private Map<Name, FlowLinks> visible() {
        var tenant = Caller.current().tenant();
        var all = new LinkedHashMap<Name, FlowLinks>();
        var missing = new HashSet<Name>();
        synchronized (kept) {
            for (var newest : search.newest()) {
                var flow = new Name(newest.namespace(), newest.id());
                var known = kept.get(new Key(tenant, flow, newest.revision()));
                all.put(flow, known == null ? NONE : known);
                if (known == null) {
                    missing.add(flow);
                }
            }
        }
        if (missing.isEmpty()) {
            return all;
        }
        var namespaces = new TreeSet<String>();
        missing.forEach(flow -> namespaces.add(flow.namespace()));
        // one namespace is the usual case: somebody saved a flow
        var only = namespaces.size() == 1 ? namespaces.first() : null;
        for (var found : search.links(only)) {
            var flow = new Name(found.namespace(), found.id());
            if (missing.contains(flow)) {
                all.put(flow, found.links());
                keep(new Key(tenant, flow, found.revision()), found.links());
            }
        }
        return all;
    }

    private void keep(Key key, FlowLinks links) {
        synchronized (kept) {
            kept.put(key, links);
            var oldest = kept.keySet().iterator();
            while (kept.size() > MAX_KEPT && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
        }
    }
}
