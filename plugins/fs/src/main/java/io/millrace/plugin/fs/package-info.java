// SPDX-License-Identifier: Apache-2.0
/// Other hosts: commands over SSH, files over SFTP, FTP and SMB. Files of the worker itself.
@NullMarked
package io.millrace.plugin.fs;

import org.jspecify.annotations.NullMarked;
