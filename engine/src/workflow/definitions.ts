import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import type { ActiveModel } from '../model/active.js';
import { compileModel } from '../model/compile-model.js';
import type { Model, ObjectModel } from '../model/types.js';
import type { Database } from '../store/open-database.js';
import { revisionSources } from '../store/revisions.js';

/** The models a process works with; catalog gives them. */
export type ActiveModels = {
  current(space: number): ActiveModel;
  refresh(space: number, atLeast?: number): Promise<ActiveModel>;
  onSwap(listener: (active: ActiveModel) => void): () => void;
};

/** A workflow as it was when a run started, with the model its names belong to. */
export type Definition = { readonly workflow: WorkflowDocument; readonly model: Model };

const KEPT = 20;

/** Finds the definition of a run by the revision it started with. Old revisions are compiled once and the last few kept. */
export class Definitions {
  readonly #database: Database;
  readonly #models: ActiveModels;
  readonly #old = new Map<string, Promise<Model | undefined>>();

  constructor(database: Database, models: ActiveModels) {
    this.#database = database;
    this.#models = models;
  }

  async find(space: number, revision: number, workflowId: string): Promise<Definition | undefined> {
    const active = this.#models.current(space);
    const model = active.revision === revision ? active.model : await this.#compiled(space, revision);
    if (!model) return undefined;
    for (const workflow of model.workflows.values()) if (workflow.id === workflowId) return { workflow, model };
    return undefined;
  }

  #compiled(space: number, revision: number): Promise<Model | undefined> {
    const key = `${space}:${revision}`;
    let model = this.#old.get(key);
    if (!model) {
      model = this.#compile(space, revision);
      model.catch(() => this.#old.delete(key));
      this.#old.set(key, model);
      for (const oldest of this.#old.keys()) {
        if (this.#old.size <= KEPT) break;
        this.#old.delete(oldest);
      }
    }
    return model;
  }

  async #compile(space: number, revision: number): Promise<Model | undefined> {
    const sources = await revisionSources(this.#database, space, revision);
    if (sources === null) return undefined;
    const compiled = compileModel(sources);
    return compiled.ok ? compiled.model : undefined;
  }
}

const byId = new WeakMap<Model, ReadonlyMap<string, ObjectModel>>();

/** The object with an id, whatever it is called in this model. */
export function objectById(model: Model, id: string): ObjectModel | undefined {
  let index = byId.get(model);
  if (!index) byId.set(model, (index = new Map([...model.objects.values()].map((object) => [object.id, object]))));
  return index.get(id);
}

/**
 * The names a run's names have now. A run keeps its revision; the records follow the newest one, so what was renamed meanwhile is found by id.
 *
 * Shape: undefined when the object or field was retired.
 */
export function currentObject(definition: Definition, active: ActiveModel, name: string): ObjectModel | undefined {
  const then = definition.model.objects.get(name);
  return then && (definition.model === active.model ? then : objectById(active.model, then.id));
}

export function currentField(definition: Definition, active: ActiveModel, object: string, name: string): string | undefined {
  const then = definition.model.objects.get(object)?.fields.get(name);
  if (!then || definition.model === active.model) return then?.name;
  const now = currentObject(definition, active, object);
  for (const field of now?.fields.values() ?? []) if (field.id === then.id) return field.name;
  return undefined;
}
