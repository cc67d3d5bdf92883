/** How a state looks where there is colour. */
export type Look = 'green' | 'yellow' | 'red';

const LOOKS: Readonly<Record<Look, readonly string[]>> = {
  green: ['written', 'unchanged', 'same', 'linked', 'enabled'],
  yellow: ['held', 'waiting', 'would-write', 'unlinked', 'ambiguous', 'to do', 'link held', 'paused', 'observing'],
  red: ['rejected', 'failing', 'bug', 'connect-user-missing', 'cognito-user-missing', 'not known'],
};

const LOOK_OF = new Map(
  (['green', 'yellow', 'red'] as const).flatMap((look) => LOOKS[look].map((state) => [state, look] as const)),
);

/** The look of a text that is a state, and of nothing else. Pure. */
export const lookOf = (text: string): Look | undefined => LOOK_OF.get(text);
