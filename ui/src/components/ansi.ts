// SPDX-License-Identifier: Apache-2.0

/** A part of a line that looks the same all over, as a terminal would show it. */
export interface Part {
  text: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  /** One of the sixteen by its number, which the page has its own for, or as CSS has it. */
  colour?: number | string | undefined;
  back?: number | string | undefined;
}

const [ESCAPE, BELL] = ['\u001b', '\u0007'];
/** What a terminal obeys and doesn't show: with parameters (the first group; the second says what for), to the bell, alone. */
const SEQUENCE = new RegExp(`${ESCAPE}(?:\\[([0-?]*)[ -/]*([@-~])|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[ -/]*[0-~])`, 'g');
const LEVELS = [0, 95, 135, 175, 215, 255];

/** A line as it is read: without what only a terminal understands. What was written over by a carriage return is gone. */
export function plain(line: string): string {
  const text = line.includes(ESCAPE) ? line.replace(SEQUENCE, '') : line;
  return text.includes('\r') ? text.replace(/[^\n]*\r(?=[^\n])/g, '').replace(/\r/g, '') : text;
}

/** The same with its colours, after ECMA-48 (SGR) and what terminals have made of it. */
export function partsOf(line: string): Part[] {
  if (!line.includes(ESCAPE)) return [{ text: plain(line) }];
  const parts: Part[] = [];
  let style: Omit<Part, 'text'> = {};
  let from = 0;
  const add = (text: string) => {
    if (/\r[^\n]/.test(text)) parts.length = 0;
    const read = plain(text);
    if (read !== '') parts.push({ ...style, text: read });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    add(line.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[2] === 'm') style = styled(style, found[1] ?? '');
  }
  add(line.slice(from));
  return parts;
}

function styled(before: Omit<Part, 'text'>, parameters: string): Omit<Part, 'text'> {
  let style = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 23) style.italic = false;
    else if (code === 24) style.underline = false;
    else if (code >= 30 && code <= 37) style.colour = code - 30;
    else if (code >= 90 && code <= 97) style.colour = code - 82;
    else if (code === 39) style.colour = undefined;
    else if (code >= 40 && code <= 47) style.back = code - 40;
    else if (code >= 100 && code <= 107) style.back = code - 92;
    else if (code === 49) style.back = undefined;
    else if (code === 38 || code === 48) {
      const wide = codes[i + 1] === 2;
      const colour = wide ? `rgb(${codes.slice(i + 2, i + 5).map((one) => one & 255).join(' ')})` : ofPalette(codes[i + 2] ?? 0);
      if (code === 38) style.colour = colour;
      else style.back = colour;
      i += wide ? 4 : 2;
    }
  }
  return style;
}

/** Of the 256 of xterm: sixteen, a cube of six, and greys. */
function ofPalette(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232) return `rgb(${[0, 0, 0].fill(8 + 10 * (index - 232)).join(' ')})`;
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => LEVELS[level]).join(' ')})`;
}

/** Addresses in a text: what is at an odd place is one. */
export function withLinks(text: string): string[] {
  return text.split(/(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}])/);
}
