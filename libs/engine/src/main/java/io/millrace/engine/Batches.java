// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.ExecutionId;
import java.time.Instant;
import java.util.Base64;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The batches of a file for each of which a child execution is started, as far as they have got. A
/// window moves over them: what is known of single ones is a bit each, of those within it. So an
/// event costs the same however many there are.
///
/// @param count how many there are
/// @param uri URI of the file of a batch, with [#NUMBER] in place of its number
/// @param since when the children were first asked for; with `first` it makes their ids
/// @param first dispatch number under which batch 0 was first asked for
/// @param base dispatch number of batch 0 now: another one if the children are restarted
/// @param next number of the first batch that has not been begun
/// @param low number of the first batch that has not ended
/// @param open those from `low` on that were begun and have not ended
/// @param ends how many have ended, by state
/// @param withOutputs how many have ended with outputs
/// @param refused whether one could not be started: then no others are begun
public record Batches(
        int count,
        String uri,
        Instant since,
        int first,
        int base,
        int next,
        int low,
        BitSet open,
        Map<State, Integer> ends,
        int withOutputs,
        boolean refused) {

    /// Stands for the number of a batch, counted from 0.
    static final String NUMBER = "{batch}";

    /// Children that run at once.
    static final int MOST_OPEN = 1000;

    /// How far the first batch that is still running may be behind the last one that was begun.
    static final int WINDOW = 4096;

    private static final int PARTS = 11;

    public Batches {
        open = (BitSet) open.clone();
        ends = Map.copyOf(ends);
    }

    /// Which are open is nobody else's to change.
    @Override
    public BitSet open() {
        return (BitSet) open.clone();
    }

    static Batches begin(int count, String uri, Instant now, int base) {
        return new Batches(count, uri, now, base, base, 0, 0, new BitSet(), Map.of(), 0, false);
    }

    /// The same children, asked for once more.
    Batches again(int newBase) {
        return new Batches(
                count, uri, since, first, newBase, 0, 0, new BitSet(), Map.of(), 0, false);
    }

    String uriOf(int batch) {
        return uri.replace(NUMBER, Integer.toString(batch));
    }

    /// Id of the child execution of a batch.
    ///
    /// @param executionId of the execution that started them
    /// @param taskRun ordinal of the task run that did
    public String childId(String executionId, int taskRun, int batch) {
        return ExecutionId.derived(since, executionId + "-" + taskRun + "-" + (first + batch))
                .value();
    }

    boolean isOpen(int batch) {
        return batch >= low && batch < next && open.get(batch - low);
    }

    int running() {
        return open.cardinality();
    }

    /// Numbers of those that were begun and have not ended, in order.
    List<Integer> running(int most) {
        return open.stream().limit(most).map(bit -> bit + low).boxed().toList();
    }

    boolean mayBeginNext() {
        return next < count && !refused && running() < MOST_OPEN && next - low < WINDOW;
    }

    /// Whether nothing runs and nothing more is to begin.
    boolean areOver() {
        return open.isEmpty() && (next >= count || refused);
    }

    Batches withNext() {
        var more = open();
        more.set(next - low);
        return new Batches(
                count, uri, since, first, base, next + 1, low, more, ends, withOutputs, refused);
    }

    Batches ended(int batch, State state, boolean hasOutputs, boolean couldNotStart) {
        var fewer = open();
        fewer.clear(batch - low);
        int gone = fewer.isEmpty() ? next - low : fewer.nextSetBit(0);
        var counts = new EnumMap<State, Integer>(State.class);
        counts.putAll(ends);
        counts.merge(state, 1, Integer::sum);
        return new Batches(
                count,
                uri,
                since,
                first,
                base,
                next,
                low + gone,
                fewer.get(gone, Math.max(gone, fewer.length())),
                counts,
                withOutputs + (hasOutputs ? 1 : 0),
                refused || couldNotStart);
    }

    /// None of them is waited for any longer.
    Batches abandoned() {
        return new Batches(
                count, uri, since, first, base, next, next, new BitSet(), ends, withOutputs, true);
    }

    /// How many are in which state, as users see it.
    Map<String, @Nullable Object> iterations() {
        var counts = new LinkedHashMap<String, @Nullable Object>();
        counts.put(State.CREATED.name(), count - next);
        counts.put(State.RUNNING.name(), running());
        for (var state : State.values()) {
            if (ends.containsKey(state)) {
                counts.put(state.name(), ends.get(state));
            }
        }
        return counts;
    }

    /// Compact text, read back by [#parse(String)].
    public String encode() {
        return String.join(
                "|",
                Integer.toString(count),
                Long.toString(since.toEpochMilli()),
                Integer.toString(first),
                Integer.toString(base),
                Integer.toString(next),
                Integer.toString(low),
                Base64.getEncoder().encodeToString(open.toByteArray()),
                ends.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(end -> end.getKey() + "=" + end.getValue())
                        .collect(Collectors.joining(",")),
                Integer.toString(withOutputs),
                Boolean.toString(refused),
                uri);
    }

    public static Batches parse(String text) {
        var parts = text.split("\\|", PARTS);
        var ends = new EnumMap<State, Integer>(State.class);
        for (var end : parts[7].split(",", -1)) {
            int at = end.indexOf('=');
            if (at > 0) {
                ends.put(
                        State.valueOf(end.substring(0, at)),
                        Integer.parseInt(end.substring(at + 1)));
            }
        }
        return new Batches(
                Integer.parseInt(parts[0]),
                parts[10],
                Instant.ofEpochMilli(Long.parseLong(parts[1])),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5]),
                BitSet.valueOf(Base64.getDecoder().decode(parts[6])),
                ends,
                Integer.parseInt(parts[8]),
                Boolean.parseBoolean(parts[9]));
    }
}
