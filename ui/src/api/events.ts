// SPDX-License-Identifier: Apache-2.0

export interface StreamEvent {
  id: string | undefined;
  /** What kind of event it is, where it says so. */
  name?: string | undefined;
  data: string;
}

/** Events of a stream as the HTML standard defines them; of their fields, `id`, `event` and `data`. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  let id: string | undefined;
  let kind: string | undefined;
  let data: string[] = [];
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const lines = (rest + chunk.value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (id !== undefined || data.length > 0) yield { id, name: kind, data: data.join('\n') };
          id = undefined;
          kind = undefined;
          data = [];
          continue;
        }
        const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
        if (name === 'id') id = value;
        else if (name === 'event') kind = value;
        else if (name === 'data') data.push(value);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
