// SPDX-License-Identifier: Apache-2.0

/** A file as the API takes it. */
export function formOfFile(name: string, content: Blob): FormData {
  const form = new FormData();
  form.append('fileContent', content, name.slice(name.lastIndexOf('/') + 1));
  return form;
}
