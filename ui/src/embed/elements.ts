// SPDX-License-Identifier: Apache-2.0
import { randomId } from '../api/ids';
import { plain } from '../components/ansi';
import { isTerminal, type Execution, type LogLine, type TaskRun } from '../api/types';
import { PortalApi, type TokenSource } from './api';
import { el, STYLE, textsFor, type Texts } from './dom';
import { field, show, showAll, valuesOf } from './fields';

/** Most lines of a log that are kept on the page. */
const LONGEST_LOG = 2_000;
/** Task runs that are shown at first, and at most. */
const FIRST_ROWS = 100;
const MOST_ROWS = 1_000;
/** Pause between two readings of the task runs, in milliseconds. */
const READ_EVERY = 1_000;

/**
 * An element that talks to Millrace. Its attributes say where, its property `token` with which right: what is in an
 * attribute can be read by everything else on the page.
 */
abstract class MillraceElement extends HTMLElement {
  protected readonly content = el('div', { className: 'stack' });
  protected given: TokenSource | undefined;
  private work: AbortController | undefined;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(this.content);
  }

  /** A bearer token, or a function that is asked for one before each request. */
  set token(token: TokenSource) {
    this.given = token;
    this.restart();
  }

  connectedCallback(): void {
    this.restart();
  }

  disconnectedCallback(): void {
    this.work?.abort();
  }

  attributeChangedCallback(): void {
    this.restart();
  }

  protected get texts(): Texts {
    return textsFor(this);
  }

  /** Shows all anew; ends when it is told so. */
  protected abstract render(api: PortalApi, signal: AbortSignal): Promise<void>;

  protected required(attribute: string): string {
    const value = this.getAttribute(attribute);
    if (!value) throw new Error(`Expected the attribute ${attribute}`);
    return value;
  }

  protected tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  protected fail(e: unknown): void {
    this.content.append(el('p', { className: 'bad', role: 'alert' }, e instanceof Error ? e.message : String(e)));
    this.tell('millrace-problem', e);
  }

  private restart(): void {
    this.work?.abort();
    if (!this.isConnected) return;
    const token = this.given;
    if (token === undefined) {
      this.content.replaceChildren(el('p', {}, this.texts.noToken));
      return;
    }
    const work = (this.work = new AbortController());
    const api = new PortalApi(this.getAttribute('server') ?? new URL(import.meta.url).origin, this.getAttribute('tenant') ?? 'main', token);
    this.content.replaceChildren(el('p', {}, this.texts.loading));
    this.render(api, work.signal).catch((e: unknown) => {
      if (work.signal.aborted) return;
      this.content.replaceChildren();
      this.fail(e);
    });
  }
}

/**
 * `<millrace-run server tenant namespace flow>`: asks for the inputs of a flow, starts it and shows what becomes of it.
 * Tells `millrace-started` with the execution, and what `<millrace-execution>` tells.
 */
export class MillraceRun extends MillraceElement {
  static readonly observedAttributes = ['server', 'tenant', 'namespace', 'flow'];

  protected async render(api: PortalApi, signal: AbortSignal): Promise<void> {
    const [namespace, id] = [this.required('namespace'), this.required('flow')];
    const flow = await api.flow(namespace, id, signal);
    const touched = new Set<string>();
    const button = el('button', { type: 'submit', disabled: flow.disabled }, this.texts.run);
    const form = el('form', {}, ...flow.inputs.map((input) => field(input, this.texts)), button);
    const outcome = el('div', { className: 'stack' });
    const check = async () => {
      const report = await api.check(namespace, id, valuesOf(form, false), signal);
      show(report.inputs, form, touched, this.texts);
    };
    let checked = false;
    // what can't be checked now is checked when it is sent
    const checkQuietly = () => void check().then(() => { checked = true; }, () => { if (!checked) showAll(form); });
    let timer: ReturnType<typeof setTimeout> | undefined;
    form.addEventListener('input', (event) => {
      touched.add((event.target as HTMLInputElement).name);
      clearTimeout(timer);
      timer = setTimeout(checkQuietly, 300);
    });
    // one start for one form that was filled in, however often it is sent
    let key = randomId();
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      button.disabled = true;
      button.textContent = this.texts.running;
      outcome.replaceChildren();
      api
        .start(namespace, id, valuesOf(form, true), key)
        .then((execution) => {
          key = randomId();
          this.tell('millrace-started', execution);
          outcome.append(this.view(execution.id));
        })
        .catch((e: unknown) => {
          outcome.append(el('p', { className: 'bad', role: 'alert' }, e instanceof Error ? e.message : String(e)));
          this.tell('millrace-problem', e);
        })
        .finally(() => {
          button.disabled = false;
          button.textContent = this.texts.again;
        });
    });
    this.content.replaceChildren(form, outcome);
    if (flow.inputs.length > 0) checkQuietly();
  }

  private view(execution: string): HTMLElement {
    const view = document.createElement('millrace-execution') as MillraceExecution;
    for (const name of ['server', 'tenant', 'lang']) {
      const value = this.getAttribute(name);
      if (value) view.setAttribute(name, value);
    }
    view.setAttribute('execution', execution);
    view.token = this.given ?? '';
    return view;
  }
}

/**
 * `<millrace-execution server tenant execution>`: the state, tasks and log of an execution while it runs. Tells
 * `millrace-changed` with the execution at each change and `millrace-ended` at its end.
 */
export class MillraceExecution extends MillraceElement {
  static readonly observedAttributes = ['server', 'tenant', 'execution'];

  protected async render(api: PortalApi, signal: AbortSignal): Promise<void> {
    const id = this.required('execution');
    const state = el('span', { className: 'state', role: 'status' });
    const rows = el('tbody', {});
    const log = el('pre', { tabIndex: 0, hidden: true, ariaLabel: this.texts.log });
    const { task, state: heading, seconds } = this.texts;
    const table = el('table', {}, el('thead', {}, el('tr', {}, el('th', {}, task), el('th', {}, heading), el('th', {}, seconds))), rows);
    const moreButton = el('button', { type: 'button' }, this.texts.more);
    const counted = el('small', {});
    const more = el('div', { className: 'stack', hidden: true }, counted, moreButton);
    let ended = false;
    let shown = FIRST_ROWS;
    // one request at a time, and one more for what changed meanwhile
    let reading: Promise<void> | undefined;
    let stale = false;
    const read = async (): Promise<void> => {
      while (stale && !signal.aborted) {
        stale = false;
        const page = await api.taskRuns(id, shown, signal);
        rows.replaceChildren(...page.results.map(({ taskRun }) => row(taskRun)));
        moreButton.hidden = shown >= MOST_ROWS;
        more.hidden = page.total <= page.results.length;
        counted.textContent = `${page.results.length} / ${page.total}`;
        if (stale) await new Promise((resolve) => setTimeout(resolve, READ_EVERY));
      }
    };
    const refresh = (): Promise<void> => {
      stale = true;
      reading ??= read()
        .catch((e: unknown) => { if (!signal.aborted) this.tell('millrace-problem', e); })
        .finally(() => {
          reading = undefined;
          if (stale && !signal.aborted) void refresh();
        });
      return reading;
    };
    moreButton.addEventListener('click', () => {
      shown = Math.min(2 * shown, MOST_ROWS);
      void refresh();
    });
    const take = (execution: Execution) => {
      state.textContent = execution.state.current;
      state.dataset['state'] = execution.state.current;
      void refresh();
      this.tell('millrace-changed', execution);
      if (isTerminal(execution.state.current) && !ended) {
        ended = true;
        this.tell('millrace-ended', execution);
      }
    };
    take(await api.execution(id, signal));
    this.content.replaceChildren(el('div', {}, state), table, more, log);
    await Promise.all([
      each(api.follow(id, signal), take),
      each(api.log(id, signal), (line) => {
        const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
        log.hidden = false;
        log.append(lineOf(line));
        if (log.childNodes.length > LONGEST_LOG) log.firstChild?.remove();
        if (atEnd) log.scrollTop = log.scrollHeight;
      }),
    ]);
    if (!ended && !signal.aborted) take(await api.execution(id, signal));
    await reading;
  }
}

async function each<T>(all: AsyncIterable<T>, take: (one: T) => void): Promise<void> {
  for await (const one of all) take(one);
}

function row(run: TaskRun): HTMLElement {
  const { current, startDate, endDate } = run.state;
  const seconds = endDate ? ((Date.parse(endDate) - Date.parse(startDate)) / 1000).toFixed(1) : '';
  const name = run.value === undefined || run.value === null ? run.taskId : `${run.taskId} [${run.value}]`;
  return el('tr', { data: { task: run.taskId } }, el('td', {}, name), el('td', { className: 'state', data: { state: current } }, current), el('td', {}, seconds));
}

function lineOf(line: LogLine): Node {
  const element = el('span', {}, `${line.timestamp.slice(11, 19)} ${line.level.padEnd(5)} ${plain(line.message)}\n`);
  if (line.level === 'ERROR') element.className = 'bad';
  return element;
}
