// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.platform.broker.BrokerUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/// Which failures pass by themselves.
public final class Failures {
    private Failures() {}

    /// Whether the cause is something that is away for now, or a conflict that won't come again.
    public static boolean passing(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokerUnavailableException
                    || cause instanceof IOException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof CannotGetJdbcConnectionException
                    || cause instanceof CannotCreateTransactionException) {
                return true;
            }
            if (cause instanceof SQLException sql) {
                var state = sql.getSQLState();
                // connection, resources, operator intervention, serialisation, and unknown
                return state == null || state.matches("(08|53|57|40).*");
            }
        }
        return false;
    }
}
