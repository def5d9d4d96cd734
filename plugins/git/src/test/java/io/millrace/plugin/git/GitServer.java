// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.test.GitRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

/// A repository over HTTP, with a password, and SSH, with a key.
final class GitServer implements AutoCloseable {
    static final String USER = GitRepository.USER;
    static final String PASSWORD = GitRepository.PASSWORD;

    private final GitRepository repository;
    private final SshServer ssh;

    GitServer(Path directory) throws IOException {
        repository = new GitRepository(directory);
        ssh = SshServer.setUpDefaultServer();
        ssh.setHost("127.0.0.1");
        ssh.setPort(0);
        ssh.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(directory.resolve("host.key")));
        ssh.setPublickeyAuthenticator((user, _, _) -> user.equals("git"));
        ssh.setCommandFactory(new ProcessShellCommandFactory());
        ssh.start();
    }

    String url() {
        return repository.url();
    }

    String sshUrl() {
        return "ssh://git@127.0.0.1:" + ssh.getPort() + repository.path();
    }

    void write(String path, String text) throws IOException {
        repository.write(path, text);
    }

    void delete(String path) throws IOException {
        repository.delete(path);
    }

    String commit(String message) throws IOException {
        return repository.commit(message);
    }

    void rename(String branch) throws IOException {
        repository.rename(branch);
    }

    String head() throws IOException {
        return repository.head();
    }

    String show(String branch, String path) throws IOException {
        return repository.show(branch, path);
    }

    List<String> files(String branch) throws IOException {
        return repository.files(branch);
    }

    @Override
    public void close() throws IOException {
        repository.close();
        ssh.stop(true);
    }
}
