// SPDX-License-Identifier: Apache-2.0
/// Other hosts: commands over SSH, files over SFTP and FTP.
@NullMarked
package io.millrace.plugin.fs;

import org.jspecify.annotations.NullMarked;
