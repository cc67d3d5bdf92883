/**
 * What the sources use and Node.js 20 lacks. The build puts it at the head of the library and of the CLI; the functions
 * run on Node.js 24 and do without. `packaging/tsconfig.json` lets the sources use no more than that.
 */
if (typeof Map.groupBy !== 'function') {
  Object.defineProperty(Map, 'groupBy', {
    value: <Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]> => {
      const groups = new Map<Key, Item[]>();
      let index = 0;
      for (const item of items) {
        const key = keyOf(item, index++);
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      return groups;
    },
    configurable: true,
    writable: true,
  });
}
