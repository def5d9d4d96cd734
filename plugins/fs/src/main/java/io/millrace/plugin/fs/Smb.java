// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;

/// The tasks with files, over SMB.
public final class Smb {
    private Smb() {}

    @Plugin(type = "io.kestra.plugin.fs.smb.Upload", title = "Send a file to a host over SMB")
    public static final class Upload extends UploadFiles {
        public Upload() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.Uploads", title = "Send files to a host over SMB")
    public static final class Uploads extends UploadsFiles {
        public Uploads() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.Download", title = "Fetch a file from a host over SMB")
    public static final class Download extends DownloadFiles {
        public Download() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.Downloads", title = "Fetch files from a host over SMB")
    public static final class Downloads extends DownloadsFiles {
        public Downloads() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.List", title = "List files of a host over SMB")
    public static final class List extends ListFiles {
        public List() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.Move", title = "Move a file of a host over SMB")
    public static final class Move extends MoveFiles {
        public Move() {
            super(Protocol.SMB);
        }
    }

    @Plugin(type = "io.kestra.plugin.fs.smb.Delete", title = "Delete a file of a host over SMB")
    public static final class Delete extends DeleteFiles {
        public Delete() {
            super(Protocol.SMB);
        }
    }

    @Plugin(
            type = "io.kestra.plugin.fs.smb.Trigger",
            title = "Start an execution when files appear on a host, over SMB")
    public static final class Trigger extends TriggerFiles
            implements PollingTrigger<TriggerFiles.Properties, TriggerFiles.Outputs> {
        public Trigger() {
            super(Protocol.SMB);
        }
    }
}
