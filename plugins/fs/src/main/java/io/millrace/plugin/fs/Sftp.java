// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;

/// The tasks with files, over SFTP.
public final class Sftp {
    private Sftp() {}

    @Plugin(type = "io.kestra.plugin.fs.sftp.Upload", title = "Send a file to a host over SFTP")
    public static final class Upload extends UploadFiles {
        public Upload() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.sftp.Uploads", title = "Send files to a host over SFTP")
    public static final class Uploads extends UploadsFiles {
        public Uploads() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.sftp.Download",
            title = "Fetch a file from a host over SFTP")
    public static final class Download extends DownloadFiles {
        public Download() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.sftp.Downloads",
            title = "Fetch files from a host over SFTP")
    public static final class Downloads extends DownloadsFiles {
        public Downloads() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.sftp.List", title = "List files of a host over SFTP")
    public static final class List extends ListFiles {
        public List() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.sftp.Move", title = "Move a file of a host over SFTP")
    public static final class Move extends MoveFiles {
        public Move() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.sftp.Delete", title = "Delete a file of a host over SFTP")
    public static final class Delete extends DeleteFiles {
        public Delete() {
            super(Protocol.SFTP);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.sftp.Trigger",
            title = "Start an execution when files appear on a host, over SFTP")
    public static final class Trigger extends TriggerFiles
            implements PollingTrigger<TriggerFiles.Properties, TriggerFiles.Outputs> {
        public Trigger() {
            super(Protocol.SFTP);
        }
    }
}
