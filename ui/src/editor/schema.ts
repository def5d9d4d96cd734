// SPDX-License-Identifier: Apache-2.0

/** The part of JSON Schema (2020-12) that the server's schemas use. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  unevaluatedProperties?: boolean;
  allOf?: Schema[];
  anyOf?: Schema[];
  if?: Schema;
  then?: Schema;
  minItems?: number;
}

/** What an object takes, given what it holds already. */
export interface ObjectShape {
  title: string | undefined;
  /** Those of its type first, then those that all of its kind have. */
  properties: Map<string, Schema>;
  required: Set<string>;
  /** What values of other keys look like, if there may be others. */
  others: Schema | undefined;
}

/** How a value is edited. */
export type Kind = 'text' | 'flag' | 'number' | 'choice' | 'list' | 'object' | 'map' | 'any';

export type Path = readonly (string | number)[];

const EXPRESSION = '\\{\\{|\\{%';

/** A schema with its definitions. */
export class SchemaBook {
  readonly root: Schema;
  private readonly definitions: Record<string, Schema>;

  constructor(root: Schema) {
    this.root = root;
    this.definitions = root.$defs ?? {};
  }

  definition(name: string): Schema | undefined {
    return this.definitions[name];
  }

  resolve(schema: Schema): Schema {
    let current = schema;
    for (let hops = 0; current.$ref && hops < 20; hops++) {
      const target = this.definitions[current.$ref.replace('#/$defs/', '')];
      if (!target) return {};
      current = target;
    }
    return current;
  }

  /** Without the alternatives `null` and "an expression", which every value may be. */
  essence(schema: Schema): Schema {
    const resolved = this.resolve(schema);
    if (!resolved.anyOf) return resolved;
    const real = resolved.anyOf.filter((one) => one.type !== 'null' && one.pattern !== EXPRESSION);
    const first = real[0];
    if (real.length === 1 && first) return { ...this.essence(first), title: resolved.title ?? first.title, default: resolved.default };
    return resolved;
  }

  shape(schema: Schema, value: unknown): ObjectShape {
    const properties = new Map<string, Schema>();
    const inherited = new Map<string, Schema>();
    const required = new Set<string>();
    let title: string | undefined;
    let others: Schema | undefined;
    const visit = (part: Schema, into: Map<string, Schema>) => {
      const resolved = this.essence(part);
      title ??= resolved.title;
      for (const [name, property] of Object.entries(resolved.properties ?? {})) {
        const known = into.get(name);
        // `type` as the list of all types says more than `type` as the one that is chosen
        if (!known || !(known.enum && known.enum.length > (property.enum?.length ?? 0))) into.set(name, property);
      }
      resolved.required?.forEach((name) => required.add(name));
      if (typeof resolved.additionalProperties === 'object') others ??= resolved.additionalProperties;
      for (const one of resolved.allOf ?? []) {
        if (one.if) {
          if (one.then && matches(one.if, value)) visit(one.then, properties);
        } else {
          visit(one, inherited);
        }
      }
      for (const one of resolved.anyOf ?? []) visit(one, into);
    };
    visit(schema, properties);
    inherited.forEach((property, name) => {
      if (!properties.has(name)) properties.set(name, property);
    });
    return { title, properties, required, others };
  }

  /** The schema of what lies at a path of a document. */
  at(path: Path, document: unknown, from: Schema = this.root): Schema | undefined {
    let schema: Schema | undefined = from;
    let value = document;
    for (const step of path) {
      if (!schema) return undefined;
      if (typeof step === 'number') {
        schema = this.items(schema);
        value = Array.isArray(value) ? value[step] : undefined;
      } else {
        const shape: ObjectShape = this.shape(schema, value);
        schema = shape.properties.get(step) ?? shape.others;
        value = isRecord(value) ? value[step] : undefined;
      }
    }
    return schema;
  }

  items(schema: Schema): Schema | undefined {
    const essence = this.essence(schema);
    if (essence.items) return essence.items;
    for (const one of essence.anyOf ?? []) {
      const items = this.items(one);
      if (items) return items;
    }
    return undefined;
  }

  choices(schema: Schema): unknown[] {
    const essence = this.essence(schema);
    return (essence.enum ?? (essence.const === undefined ? [] : [essence.const])).filter((one) => one !== null);
  }

  kind(schema: Schema): Kind {
    const essence = this.essence(schema);
    const choices = this.choices(essence);
    if (choices.length > 0) return choices.every((one) => ['true', 'false'].includes(String(one))) ? 'flag' : 'choice';
    const types = new Set(Array.isArray(essence.type) ? essence.type : essence.type ? [essence.type] : []);
    if (types.has('array')) return 'list';
    if (essence.properties || essence.allOf) return 'object';
    if (types.has('object') || typeof essence.additionalProperties === 'object') return 'map';
    if (essence.anyOf?.some((one) => this.kind(one) === 'map')) return 'map';
    if (types.has('integer')) return 'number';
    if (types.has('number') && !types.has('boolean') && !essence.pattern?.includes('[Dd]')) return 'number';
    if (types.has('string')) return 'text';
    return 'any';
  }

  isDuration(schema: Schema): boolean {
    return this.essence(schema).pattern?.includes('[Pp]') ?? false;
  }

  /** Whether each entry of a list is a task, a trigger, an input…: by the name of the definition. */
  itemsDefinition(schema: Schema): string | undefined {
    return this.items(schema)?.$ref?.replace('#/$defs/', '');
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matches(condition: Schema, value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(condition.properties ?? {}).every(([name, property]) => {
    const actual = value[name];
    return actual !== undefined && (property.const === actual || (property.enum?.includes(actual) ?? false));
  });
}
