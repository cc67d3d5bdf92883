/** A text as one word of a shell: in quotes where it needs them. Pure. */
export const shellWord = (text: string): string =>
  /^[\w./:@,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
