/** A form's parameters as a tree: `A.1.B=x` becomes `{ A: { 1: { B: 'x' } } }`. */
export interface FormTree {
  readonly [name: string]: FormNode;
}
/** A value, or what lies below a name. */
export type FormNode = string | FormTree;

/** Reads the parameters of a Query request. A name that is both a value and a parent keeps what lies below it. */
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

/** The elements below a node whose names are positions, in order of position; `undefined` if they are anything else. */
export function listElements(node: FormNode): readonly FormNode[] | undefined {
  if (typeof node === 'string') return undefined;
  const entries = Object.entries(node);
  if (!entries.every(([name]) => /^\d+$/.test(name))) return undefined;
  return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, element]) => element);
}

// Without a prototype: names come from strangers.
const createNode = (): MutableTreeNode => Object.create(null) as MutableTreeNode;
interface MutableTreeNode {
  [name: string]: string | MutableTreeNode;
}
