// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Links;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;

/// Clones a repository into the working directory.
@Plugin(type = "io.kestra.plugin.git.Clone", title = "Clone a Git repository")
public final class Clone extends GitTask<Clone.Properties, Clone.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory to clone into") @Default(".") @Nullable String directory,
            @Title("Commit; the newest of the branch if absent") @Nullable String commit,
            @Title("Tag, in place of a branch") @Nullable String tag,
            @Title("How many commits of the history; 0 for all") @Default("1") int depth,
            @Title("Whether all branches are fetched") @Default("false") boolean cloneAllBranches,
            @Title("Whether no tags are fetched") @Default("false") boolean noTags,
            @Title("Whether submodules are cloned, too") @Default("false")
                    boolean cloneSubmodules) {}

    public record Outputs(
            @Title("Directory of the clone") String directory,
            @Title("Commit that was checked out") String commitId) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var work = context.workingDirectory().toRealPath();
        var name = properties.directory() == null ? "." : properties.directory();
        var target = work.resolve(name).normalize();
        if (!target.startsWith(work)) {
            throw new TaskFailedException("Expected a directory below the working directory");
        }
        Links.refuseAt(work, target);
        if (properties.cloneSubmodules()) {
            throw new TaskFailedException(
                    "Submodules aren't cloned: what a repository names isn't checked");
        }
        try (var access = GitAccess.open(properties.remote(), settings(), context)) {
            var clone =
                    access.with(Git.cloneRepository())
                            .setURI(properties.remote().url())
                            .setDirectory(target.toFile())
                            .setCloneAllBranches(properties.cloneAllBranches());
            if (properties.noTags()) {
                clone.setNoTags();
            }
            var branch = properties.remote().branch();
            if (properties.tag() != null) {
                clone.setBranch(Constants.R_TAGS + properties.tag());
            } else if (branch != null && !branch.isBlank()) {
                clone.setBranch(Constants.R_HEADS + branch);
            }
            if (properties.depth() > 0 && properties.commit() == null) {
                clone.setDepth(properties.depth());
            }
            try (var git = clone.call()) {
                if (properties.commit() != null) {
                    git.checkout().setName(properties.commit()).call();
                }
                var head = git.getRepository().resolve(Constants.HEAD);
                if (head == null) {
                    throw new TaskFailedException("The repository is empty");
                }
                return new Outputs(target.toString(), head.name());
            }
        } catch (GitAPIException e) {
            throw Checkout.failed("The repository can't be cloned", e);
        }
    }
}
