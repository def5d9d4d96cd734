// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BSONException;
import org.bson.Document;

/// What tasks with documents share: a client that a kill closes, and errors in words.
abstract class MongoTask<P extends Record & Target.At, O extends Record>
        implements TaskPlugin<P, O> {
    private static final int UNAUTHORIZED = 13;

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var target = properties.target();
        try (var client = client(target.connection().uri());
                var _ = Cancelling.closes(client, context)) {
            var collection =
                    client.getDatabase(target.database()).getCollection(target.collection());
            return work(collection, properties, context);
        } catch (MongoInterruptedException e) {
            throw new InterruptedException();
        } catch (MongoSecurityException e) {
            throw new TaskFailedException(
                    "The server at %s refuses the user or the credentials".formatted(hosts(target)),
                    e);
        } catch (MongoTimeoutException e) {
            throw new TaskFailedException("Unable to reach %s in time".formatted(hosts(target)), e);
        } catch (MongoException
                | BSONException
                | IllegalStateException
                | IllegalArgumentException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(said(e, hosts(target)), e);
        }
    }

    private static String hosts(Target target) {
        return String.join(
                ", ", new ConnectionString(target.connection().uri().strip()).getHosts());
    }

    /// The message of a refused command repeats the server's whole answer.
    private static String said(RuntimeException e, String hosts) {
        if (!(e instanceof MongoCommandException refused)) {
            return String.valueOf(e.getMessage());
        }
        return refused.getErrorCode() == UNAUTHORIZED
                ? "The server at %s refuses the user or the credentials: %s"
                        .formatted(hosts, refused.getErrorMessage())
                : "The server at %s answered: %s (%d)"
                        .formatted(hosts, refused.getErrorMessage(), refused.getErrorCode());
    }

    abstract O work(MongoCollection<Document> collection, P properties, TaskContext context)
            throws Exception;

    private MongoClient client(String uri) throws TaskFailedException {
        ConnectionString connection;
        try {
            connection = new ConnectionString(uri.strip());
        } catch (IllegalArgumentException e) {
            // its message has the URI, and with it the password
            throw new TaskFailedException("Expected a URI such as mongodb://host:27017/");
        }
        for (var host : connection.getHosts()) {
            egress.checkServer(host, 27017);
        }
        var settings =
                MongoClientSettings.builder()
                        .applyToClusterSettings(c -> c.serverSelectionTimeout(15, TimeUnit.SECONDS))
                        .applyToSocketSettings(s -> s.connectTimeout(10, TimeUnit.SECONDS))
                        .applyConnectionString(connection)
                        .applicationName("Millrace");
        return MongoClients.create(settings.build());
    }
}
