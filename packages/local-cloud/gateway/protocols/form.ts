/** A form's parameters as a tree: `A.1.B=x` becomes `{ A: { 1: { B: 'x' } } }`. */
export interface FormTree {
  readonly [name: string]: FormNode;
}
/** A value, or the members below a name. */
export type FormNode = string | FormTree;

/** Reads the parameters of a Query request. For a name that is both a value and a parent, the members below it count. */
export function readForm(parameters: Iterable<readonly [string, string]>): FormTree {
  const root = createNode();
  for (const [name, value] of parameters) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let node = root;
    for (const part of path) {
      const next = node[part];
      const child = typeof next === 'object' ? next : createNode();
      node[part] = child;
      node = child;
    }
    if (typeof node[last] !== 'object') node[last] = value;
  }
  return root;
}

/** The elements below a node in order of position; `undefined` when their names are not positions. */
export function listElements(node: FormNode): readonly FormNode[] | undefined {
  if (typeof node === 'string') return undefined;
  const entries = Object.entries(node);
  if (!entries.every(([name]) => /^\d+$/.test(name))) return undefined;
  return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, element]) => element);
}

// No prototype, because the names come from the request.
const createNode = (): MutableTreeNode => Object.create(null) as MutableTreeNode;
interface MutableTreeNode {
  [name: string]: string | MutableTreeNode;
}
