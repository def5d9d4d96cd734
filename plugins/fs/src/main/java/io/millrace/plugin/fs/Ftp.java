// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;

/// The tasks with files, over FTP.
public final class Ftp {
    private Ftp() {}

    @Plugin(type = "io.kestra.plugin.fs.ftp.Upload", title = "Send a file to a host over FTP")
    public static final class Upload extends UploadFiles {
        public Upload() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.Uploads", title = "Send files to a host over FTP")
    public static final class Uploads extends UploadsFiles {
        public Uploads() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.Download", title = "Fetch a file from a host over FTP")
    public static final class Download extends DownloadFiles {
        public Download() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.Downloads", title = "Fetch files from a host over FTP")
    public static final class Downloads extends DownloadsFiles {
        public Downloads() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.List", title = "List files of a host over FTP")
    public static final class List extends ListFiles {
        public List() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.Move", title = "Move a file of a host over FTP")
    public static final class Move extends MoveFiles {
        public Move() {
            super(Protocol.FTP);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.ftp.Delete", title = "Delete a file of a host over FTP")
    public static final class Delete extends DeleteFiles {
        public Delete() {
            super(Protocol.FTP);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.ftp.Trigger",
            title = "Start an execution when files appear on a host, over FTP")
    public static final class Trigger extends TriggerFiles
            implements PollingTrigger<TriggerFiles.Properties, TriggerFiles.Outputs> {
        public Trigger() {
            super(Protocol.FTP);
        }
    }
}
