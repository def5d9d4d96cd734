// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.TaskFailedException;
import io.millrace.worker.service.StoreServices.Calls;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Trees as the flow-service keeps them.
record RemoteTrees(Calls calls) implements NamespaceTrees {

    @Override
    public Report replace(Request request, Path archive) throws TaskFailedException {
        var origin = request.origin();
        var path =
                "/internal/tasks/trees?namespace=%s&children=%s&mapped=%s&kinds=%s&delete=%s&dryRun=%s&ignoreInvalid=%s&managed=%s&pin=%s&url=%s&branch=%s&commit=%s"
                        .formatted(
                                encoded(request.namespace()),
                                request.children(),
                                request.mapped(),
                                request.kinds().stream()
                                        .map(k -> k.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(",")),
                                request.delete(),
                                request.dryRun(),
                                request.ignoreInvalid(),
                                request.managed(),
                                request.pin(),
                                encoded(origin.url()),
                                encoded(origin.branch()),
                                encoded(origin.commit()));
        try {
            return calls.service()
                    .put(path, calls.token(), () -> Files.newInputStream(archive), Report.class);
        } catch (ServiceCalls.RefusedException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw Calls.unavailable(e);
        }
    }

    private record Question(String namespace, boolean children) {}

    private record Answer(List<FlowSource> flows) {}

    @Override
    public List<FlowSource> flows(String namespace, boolean children) throws TaskFailedException {
        return calls.post("trees/flows", new Question(namespace, children), Answer.class).flows();
    }

    private record Nothing() {}

    private record Names(List<String> namespaces) {}

    @Override
    public List<String> namespaces() throws TaskFailedException {
        return calls.post("trees/namespaces", new Nothing(), Names.class).namespaces();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
