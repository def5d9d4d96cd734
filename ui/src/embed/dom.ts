// SPDX-License-Identifier: Apache-2.0

type Child = Node | string | null | undefined | false;

/** An element with properties and children; text is text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> & { data?: Record<string, string> } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Colours follow the page's scheme; a page changes them by setting the same properties on the element. */
export const STYLE = `
:host { color-scheme: light dark; display: block; font: 14px/1.5 system-ui, sans-serif;
  --accent: var(--millrace-accent, light-dark(#0c6571, #4cb7c7)); --line: light-dark(#d0d7dc, #3a464c);
  --text: var(--millrace-text, light-dark(#1f272b, #d3dadd)); --soft: light-dark(#525d66, #98a4aa);
  --ground: var(--millrace-background, light-dark(#fff, #171d21)); --bad: light-dark(#b3261e, #ff8a80);
  color: var(--text); }
* { box-sizing: border-box; }
form, .stack { display: grid; gap: .9em; }
label { display: grid; gap: .2em; font-weight: 600; }
label.line { grid-template-columns: auto 1fr; align-items: center; gap: .5em; }
fieldset { display: grid; gap: .2em; border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; }
.choices { display: flex; flex-wrap: wrap; gap: .3em 1.2em; }
.choices label { font-weight: 400; }
[hidden] { display: none; }
small { font-weight: 400; color: var(--soft); }
.bad { color: var(--bad); font-weight: 400; }
input, select, textarea, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .45em .6em; }
input:is([type=checkbox], [type=radio]) { width: auto; }
:is(input, select, textarea, button):focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { justify-self: start; cursor: pointer; border-color: var(--accent); background: var(--accent); color: light-dark(#fff, #11171a); font-weight: 600; padding: .5em 1.2em; }
button:disabled { opacity: .6; cursor: default; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25em .6em .25em 0; border-bottom: 1px solid var(--line); }
.state { font-weight: 650; }
[data-state=SUCCESS] { color: light-dark(#1b6e3c, #6fd08c); }
:is([data-state=FAILED], [data-state=KILLED], [data-state=CANCELLED]) { color: var(--bad); }
:is([data-state=WARNING], [data-state=PAUSED]) { color: light-dark(#8a5300, #ffc069); }
pre { margin: 0; max-height: 20em; overflow: auto; background: light-dark(#f4f6f7, #0b1012); border-radius: 6px; padding: .6em; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.5 ui-monospace, monospace; }
`;

const TEXTS = {
  en: { run: 'Run', running: 'Starting…', loading: 'Loading…', noToken: 'This element needs a token', task: 'Task', state: 'State', seconds: 'Seconds', log: 'Log', choose: 'Choose…', nothing: 'No choice', again: 'Run again', more: 'Show more tasks' },
  fr: { run: 'Exécuter', running: 'Démarrage…', loading: 'Chargement…', noToken: 'Cet élément a besoin d’un jeton', task: 'Tâche', state: 'État', seconds: 'Secondes', log: 'Journal', choose: 'Choisir…', nothing: 'Aucun choix', again: 'Exécuter à nouveau', more: 'Afficher plus de tâches' },
};

export type Texts = (typeof TEXTS)['en'];

/** In the language of the nearest `lang`, if it is one of ours. */
export function textsFor(element: Element): Texts {
  const language = element.closest('[lang]')?.getAttribute('lang') ?? '';
  return language.startsWith('fr') ? TEXTS.fr : TEXTS.en;
}
