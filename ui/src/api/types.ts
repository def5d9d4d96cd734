// SPDX-License-Identifier: Apache-2.0
// What the API answers, as far as pages use it.

export interface Page<T> {
  results: T[];
  total: number;
}

export interface Label {
  key: string;
  value: string;
}

const UNDER_WAY = ['CREATED', 'QUEUED', 'RUNNING', 'PAUSED', 'BREAKPOINT', 'RESTARTED', 'RETRYING', 'KILLING'] as const;
const TERMINAL = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RETRIED', 'SKIPPED'] as const;
export type StateName = (typeof UNDER_WAY | typeof TERMINAL)[number];

/** All states of executions and task runs. */
export const STATES: readonly StateName[] = [...UNDER_WAY, ...TERMINAL];
/** Those in which something is still to come. */
export const UNFINISHED: readonly StateName[] = UNDER_WAY;
/** Those that need attention most come first. */
export const GRAVEST_FIRST: readonly StateName[] = [
  'FAILED', 'KILLED', 'CANCELLED', 'KILLING', 'RUNNING', 'RETRYING', 'RESTARTED', 'BREAKPOINT', 'PAUSED', 'QUEUED', 'CREATED', 'WARNING', 'RETRIED', 'SUCCESS', 'SKIPPED',
];

export function isTerminal(state: string): boolean {
  return TERMINAL.some((one) => one === state);
}

export interface State {
  current: StateName;
  histories: { state: StateName; date: string }[];
  startDate: string;
  endDate?: string | null;
}

export interface Attempt {
  state: State;
  workerId?: string;
}

export interface TaskRun {
  id: string;
  taskId: string;
  parentTaskRunId?: string;
  value?: string;
  iteration?: number;
  attempts: Attempt[];
  outputs?: Record<string, unknown>;
  state: State;
}

/** A row of an execution's tree: a task run without its outputs, and what is below it, by state. */
export interface Branch {
  taskRun: TaskRun;
  below: Partial<Record<StateName, number>>;
}

/** How a task stands over all of its runs. */
export interface TaskStates {
  taskId: string;
  /** Its first task run. */
  first: string;
  states: Partial<Record<StateName, number>>;
}

export interface Execution {
  id: string;
  namespace: string;
  flowId: string;
  flowRevision: number;
  /** Left out where `taskRuns=false` is asked for, as all pages here do. */
  taskRunList?: TaskRun[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  labels?: Label[];
  variables?: Record<string, unknown>;
  state: State;
  parentId?: string;
  originalId?: string;
  trigger?: { id: string; type: string; variables?: Record<string, unknown> };
  scheduleDate?: string;
  error?: string;
}

export interface TaskDocument {
  id: string;
  type: string;
  description?: string;
  [property: string]: unknown;
}

export interface FlowDocument {
  id: string;
  namespace: string;
  revision: number;
  description?: string;
  disabled: boolean;
  deleted?: boolean;
  labels?: Label[];
  inputs?: InputDefinition[];
  tasks?: TaskDocument[];
  triggers?: TaskDocument[];
  updated?: string;
  source?: string;
}

export interface InputDefinition {
  id: string;
  type: string;
  displayName?: string;
  description?: string;
  required?: boolean;
  defaults?: unknown;
  prefill?: unknown;
  dependsOn?: { inputs: string[]; condition?: string };
  validator?: string;
  min?: string;
  max?: string;
  after?: string;
  before?: string;
  allowedFileExtensions?: string[];
  itemType?: string;
  /** What can be selected: values, or values with their labels. */
  values?: (string | { value: string; label: string })[];
  allowCustomValue?: boolean;
  autoSelectFirst?: boolean;
  /** Whether what can be selected shows side by side. */
  isRadio?: boolean;
}

export interface InputCheck {
  input: InputDefinition;
  value?: unknown;
  enabled: boolean;
  isDefault: boolean;
  errors: { message: string }[];
}

export interface InputsReport {
  inputs: InputCheck[];
  checks: { message: string; style: string; behavior: string }[];
}

/** How whoever reviews an approval is asked. */
export interface Question {
  allowed: boolean;
  /** Why he may not. */
  reason?: string;
  approve: string;
  deny: string;
  commentRequired: 'NEVER' | 'ALWAYS' | 'ON_DENY' | 'ON_APPROVE';
  due?: string;
}

export interface TaskOutline {
  id: string;
  type: string;
  tasks?: TaskOutline[];
  inputs?: InputDefinition[];
  subflowId?: { namespace: string; flowId: string };
}

/** A flow as whoever may run it sees it. */
export interface FlowForExecution {
  id: string;
  namespace: string;
  revision: number;
  description?: string;
  inputs: InputDefinition[];
  disabled: boolean;
  tasks: TaskOutline[];
  errors?: TaskOutline[];
  finally?: TaskOutline[];
  afterExecution?: TaskOutline[];
}

export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
export const LEVELS: readonly Level[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

export interface LogLine {
  namespace: string;
  flowId: string;
  executionId: string;
  taskId?: string;
  taskRunId?: string;
  attemptNumber?: number;
  timestamp: string;
  level: Level;
  message: string;
}

/** Lines around a place of a log. */
/** A part of a log; `first` and `last` are places to go on from. */
export interface LogWindow {
  results: LogLine[];
  first?: string;
  last?: string;
  more: boolean;
}

export interface Validation {
  flow?: string;
  namespace?: string;
  constraints?: string | null;
  outdated: boolean;
  errors: { field?: string; message: string; line?: number; column?: number }[];
  warnings: string[];
  infos: string[];
  deprecationPaths: string[];
}

export type RelationType = 'SEQUENTIAL' | 'CHOICE' | 'ERROR' | 'FINALLY' | 'AFTER_EXECUTION' | 'PARALLEL' | 'DYNAMIC';

export interface GraphNode {
  uid: string;
  type: string;
  error: boolean;
  branchType?: string | null;
  task?: TaskDocument | null;
  triggerDeclaration?: TaskDocument | null;
}

export interface GraphCluster {
  cluster: GraphNode & { relationType?: RelationType | null; taskNode?: GraphNode | null };
  nodes: string[];
  parents: string[];
  start: string;
  end: string;
}

export interface FlowGraph {
  nodes: GraphNode[];
  edges: { source: string; target: string; relation: { relationType?: RelationType | null; value?: string | null } }[];
  clusters: GraphCluster[];
  flowables: string[];
}

export interface TriggerState {
  namespace: string;
  flowId: string;
  triggerId: string;
  date?: string | null;
  nextExecutionDate?: string | null;
  disabled?: boolean;
  backfill?: Backfill | null;
  updatedDate?: string | null;
  /** Why it can't fire. */
  problem?: string | null;
}

export interface Backfill {
  id: string;
  start: string;
  end: string;
  currentDate?: string;
  paused: boolean;
  concurrency: number;
  total: number;
  done: number;
  states: Record<string, number>;
  createdDate: string;
  createdBy: string;
  endedDate?: string;
}

export interface TriggerWithState {
  abstractTrigger?: TaskDocument | null;
  triggerContext: TriggerState;
}

export interface Grant {
  role: string;
  namespace: string;
  permissions: string[];
}

export interface Me {
  tenant: string;
  subject: string;
  grants: Grant[];
  groups: string[];
}
