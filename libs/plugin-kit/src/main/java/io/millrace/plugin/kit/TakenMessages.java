// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages on their way from a broker into a file, none of which may be lost, wherever the worker
/// dies: the file is stored, and noted for the next attempt, before the broker is told that they
/// are taken. An attempt that follows on one that came so far has the same file as its result, and
/// takes nothing.
///
/// What was noted is never given up: should telling the broker fail, the result is told all the
/// same, and the messages may come once more.
public final class TakenMessages {

    /// Reads messages and keeps them, within one connection.
    @FunctionalInterface
    public interface Source {

        /// @return what [#keep] gave
        Rows.Result take(TakenMessages taken) throws Exception;
    }

    /// Tells the broker that what was read is taken.
    @FunctionalInterface
    public interface Acknowledgement {
        void send() throws Exception;
    }

    private final TaskContext context;
    private final KeptList<Rows.Result> kept;
    private final Rows rows;
    private Rows.@Nullable Result noted;

    private TakenMessages(TaskContext context, KeptList<Rows.Result> kept, Rows rows) {
        this.context = context;
        this.kept = kept;
        this.rows = rows;
    }

    /// @param source isn't asked if an earlier attempt has kept some
    /// @return the file of the messages
    public static Rows.Result once(TaskContext context, Source source) throws Exception {
        var kept = new KeptList<Rows.Result>(context, Rows.Result.class);
        var before = kept.read();
        if (before.isPresent()) {
            context.log().info("An earlier attempt has taken messages: these are they");
            return before.get().getFirst();
        }
        try (var rows = new Rows(context, FetchType.STORE)) {
            var taken = new TakenMessages(context, kept, rows);
            try {
                return source.take(taken);
            } catch (Exception e) {
                return taken.inSpiteOf(e);
            }
        }
    }

    public void add(@Nullable Object message) throws IOException, TaskFailedException {
        rows.add(message);
    }

    /// Stores the messages, and notes that they are; tells the broker then. If another worker was
    /// faster with this task, its messages count, and those here have to come again: the broker
    /// isn't told.
    public Rows.Result keep(Acknowledgement acknowledgement) throws Exception {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var own = rows.finish();
        var others = kept.read();
        if (others.isPresent()) {
            return others.get().getFirst();
        }
        if (own.size() > 0) {
            kept.keep(List.of(own));
            noted = own;
        }
        acknowledgement.send();
        return own;
    }

    private Rows.Result inSpiteOf(Exception e) throws Exception {
        if (noted == null) {
            throw e;
        }
        context.log().warn("The messages are stored, but may come once more: " + e.getMessage());
        context.endWithWarning();
        return noted;
    }
}
