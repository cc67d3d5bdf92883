import type { OperationModel } from '../models.ts';

/** The operation of a method and a path, with the decoded labels of the path. */
export interface RouteMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

/** Finds the operation for a request; `undefined` when no route fits. */
export type Router = (method: string, path: string, query: URLSearchParams) => RouteMatch | undefined;

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly query: readonly (readonly [string, string])[];
}

/** Builds a router from the operations' `http` traits. If several routes fit, the one with the most literal text is used. */
export function createRouter(operations: Iterable<OperationModel>): Router {
  const routes = [...operations]
    .flatMap((operation) => (operation.route === undefined ? [] : [toRoute(operation, operation.route)]))
    .sort((left, right) => literalLength(right.operation) - literalLength(left.operation));
  return (method, path, query) => {
    for (const { operation, method: wanted, pattern, names, query: required } of routes) {
      if (wanted !== method || required.some(([name, value]) => query.get(name) !== value)) continue;
      const match = pattern.exec(path);
      if (match === null) continue;
      return {
        operation,
        labels: Object.fromEntries(names.map((name, index) => [name, decodeLabel(match[index + 1])])),
      };
    }
    return undefined;
  };
}

function toRoute(operation: OperationModel, { method, uri }: { readonly method: string; readonly uri: string }): Route {
  const [path = '', query = ''] = uri.split('?');
  const names: string[] = [];
  const source = path.replace(/\{(\w+)(\+?)\}|[.*+?^${}()|[\]\\]/g, (text, name?: string, greedy?: string) => {
    if (name === undefined) return `\\${text}`;
    names.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  return { operation, method, pattern: new RegExp(`^${source}/?$`), names, query: [...new URLSearchParams(query)] };
}

const literalLength = ({ route }: OperationModel): number => route?.uri.replace(/\{\w+\+?\}/g, '').length ?? 0;

/** Decodes a percent-encoded path segment. A segment that is not validly encoded stays as it is. */
export function decodeLabel(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
