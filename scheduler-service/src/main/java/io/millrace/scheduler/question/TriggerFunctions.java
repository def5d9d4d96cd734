// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

import io.millrace.engine.inputs.SecretDefaults;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.MissingValueException;
import io.millrace.expressions.UnansweredException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The functions that expressions of triggers have. A value that comes here lies in the scheduler's
/// messages, so secrets aren't among them: their defaults come encrypted.
///
/// One of these is for one look at one trigger, and asks each question once: a condition that is
/// tested at many dates has one answer for all. Not for several threads.
public final class TriggerFunctions implements ExpressionFunctions, SecretDefaults {
    private static final int MOST_QUESTIONS = 100;
    private static final String SECRETS =
            "A trigger can't read secrets. 'secret' works in the defaults of inputs of type SECRET";

    private final Function<Question, Answer> ask;
    private final Map<Question, Answer> known = new HashMap<>();

    private TriggerFunctions(Function<Question, Answer> ask) {
        this.ask = ask;
    }

    /// Asks, and waits for the answers. Not within a transaction.
    public static TriggerFunctions asking(Stores stores, Asker asker) {
        return new TriggerFunctions(question -> stores.ask(asker, question));
    }

    /// Where nobody may be asked now: whoever renders with these learns by an [UnansweredException]
    /// that somebody would have to be.
    public static TriggerFunctions unasked() {
        return new TriggerFunctions(question -> {
            throw new UnansweredException(question.function());
        });
    }

    /// Where nobody is ever asked: previews.
    public static TriggerFunctions none() {
        return new TriggerFunctions(question ->
                new Answer.Refused(
                        "Function [%s] is not available here"
                                .formatted(
                                        question.function().equals(Question.SECRET_DEFAULT)
                                                ? "secret"
                                                : question.function())));
    }

    private @Nullable Object answer(String function, Map<String, @Nullable Object> arguments) {
        var question = new Question(function, arguments);
        var answer = known.get(question);
        if (answer == null) {
            if (known.size() == MOST_QUESTIONS) {
                throw new ExpressionException(
                        "Expected at most %d questions to stores of one trigger"
                                .formatted(MOST_QUESTIONS));
            }
            answer = ask.apply(question);
            known.put(question, answer);
        }
        return switch (answer) {
            case Answer.Value(var value) -> value;
            case Answer.Missing(var message) -> throw new MissingValueException(message);
            case Answer.Refused(var message) -> throw new ExpressionException(message);
        };
    }

    private static Map<String, @Nullable Object> of(
            String name, String value, @Nullable String namespace) {
        var arguments = new LinkedHashMap<String, @Nullable Object>();
        arguments.put(name, value);
        arguments.put("namespace", namespace);
        return arguments;
    }

    @Override
    public @Nullable Object sealed(String input, Map<String, ?> inputs) {
        var arguments = new LinkedHashMap<String, @Nullable Object>();
        arguments.put("input", input);
        arguments.put("inputs", inputs);
        return answer(Question.SECRET_DEFAULT, arguments);
    }

    @Override
    public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
        throw new ExpressionException(SECRETS);
    }

    @Override
    public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
        var arguments = of("key", key, namespace);
        arguments.put("errorOnMissing", errorOnMissing);
        return answer("kv", arguments);
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return String.valueOf(answer("read", of("path", file, namespace)));
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return String.valueOf(answer("fileURI", of("path", path, namespace)));
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return answer("fileSize", of("path", file, namespace)) instanceof Number size
                ? size.longValue()
                : 0;
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return Boolean.TRUE.equals(answer("fileExists", of("path", file, namespace)));
    }

    @Override
    public @Nullable Object http(Map<String, ?> request) {
        return answer("http", new LinkedHashMap<>(request));
    }
}
