// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;

/// The tasks with files, over FTPS.
public final class Ftps {
    private Ftps() {}

    @Plugin(type = "io.kestra.plugin.fs.ftps.Upload", title = "Send a file to a host over FTPS")
    public static final class Upload extends UploadFiles {
        public Upload() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftps.Uploads", title = "Send files to a host over FTPS")
    public static final class Uploads extends UploadsFiles {
        public Uploads() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.ftps.Download",
            title = "Fetch a file from a host over FTPS")
    public static final class Download extends DownloadFiles {
        public Download() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.ftps.Downloads",
            title = "Fetch files from a host over FTPS")
    public static final class Downloads extends DownloadsFiles {
        public Downloads() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftps.List", title = "List files of a host over FTPS")
    public static final class List extends ListFiles {
        public List() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftps.Move", title = "Move a file of a host over FTPS")
    public static final class Move extends MoveFiles {
        public Move() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftps.Delete", title = "Delete a file of a host over FTPS")
    public static final class Delete extends DeleteFiles {
        public Delete() {
            super(Protocol.FTPS);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.ftps.Trigger",
            title = "Start an execution when files appear on a host, over FTPS")
    public static final class Trigger extends TriggerFiles
            implements PollingTrigger<TriggerFiles.Properties, TriggerFiles.Outputs> {
        public Trigger() {
            super(Protocol.FTPS);
        }
    }
}
