import { run } from '../../../cli/run.ts';

/** What `connect-sync …` prints on stdout for a command line that needs no AWS. */
async function printed(args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await run(args, {
    connect: () => Promise.reject(new Error('Nothing may be asked.')),
    screen: { out: (line) => void lines.push(line), note: () => {} },
    configuredStack: () => undefined,
    configuration: () => undefined,
    now: () => 0,
    sleep: async () => {},
    signal: new AbortController().signal,
    readFile: () => Promise.reject(new Error('Nothing is to be read.')),
    writeFile: () => Promise.reject(new Error('Nothing is to be written.')),
    appendFile: () => Promise.reject(new Error('Nothing is to be written.')),
    version: '1.2.3',
  });
  return lines.join('\n');
}

const BLOCK = /<!-- help(?:: (?<command>[a-z ]+?))? -->\n(?:```text\n.*?\n```\n)?/gs;

/** The document with the help of each command put in where it says so. */
export async function withHelp(markdown: string): Promise<string> {
  const commands = [...markdown.matchAll(BLOCK)].map(({ groups }) => groups?.command ?? '');
  const texts = new Map<string, string>();
  for (const command of commands) texts.set(command, await printed([...command.split(' ').filter(Boolean), '--help']));
  return markdown.replace(BLOCK, (...match) => {
    const { command } = match.at(-1) as { readonly command?: string };
    const marker = command === undefined ? '<!-- help -->' : `<!-- help: ${command} -->`;
    return `${marker}\n\`\`\`text\n${texts.get(command ?? '')}\n\`\`\`\n`;
  });
}
