import { describe, expect, it } from 'vitest';
import { isApiPageCurrent, renderDeclaration } from '../../packaging/api-page.ts';

describe('docs/api.md', () => {
  it('is what the declarations of the package say; if not, run: npm run generate', () => {
    expect(isApiPageCurrent()).toBe(true);
  });

  it('has a table of members, with type, default and meaning', () => {
    const source = `/** Props of a thing. */
export interface ThingProps extends Base {
    /** How many. @default 3 */
    readonly count?: number | undefined;
    /**
     * Where it is: here
     * or there.
     */
    readonly place: 'here' | 'there';
}
`;

    expect(renderDeclaration(source, 'ThingProps')).toBe(`## ThingProps

Props of a thing.

Has the members of [Base](#base) too.

| member | type | default | meaning |
| --- | --- | --- | --- |
| \`count?\` | \`number\` | \`3\` | How many. |
| \`place\` | \`'here' \\| 'there'\` | required | Where it is: here or there. |`);
  });

  it.each([
    ['a member without a comment', '    readonly count: number;'],
    ['a method', '    /** Counts. */\n    count(): number;'],
    ['an object type', '    /** Sides. */\n    readonly sides: {\n        left: number;\n    };'],
  ])('is not written with %s left out', (_, member) => {
    const source = `/** A thing. */\nexport interface Thing {\n${member}\n}\n`;

    expect(() => renderDeclaration(source, 'Thing')).toThrow(/^Thing has \d members, and 0 of them have a comment/);
  });
});
