import type { LineReducer } from '@vibrissa/model';

/** What a module of a reducer exports. */
interface ReducerModule {
  readonly begin: (options: unknown) => LineReducer<unknown>;
}

/** The reducer of a module, which is one of the program's own. Rejects where the module cannot be loaded or has none. */
export async function loadReducer(module: string, options: unknown): Promise<LineReducer<unknown>> {
  const loaded: unknown = await import(module);
  if (!isReducerModule(loaded)) throw new Error(`the module ${module} exports no function begin`);
  return loaded.begin(options);
}

function isReducerModule(module: unknown): module is ReducerModule {
  return (
    typeof module === 'object' && module !== null && 'begin' in module && typeof module.begin === 'function'
  );
}
