import { TemplateError } from './errors.ts';
import type { Engine } from './inspect.ts';
import type { Scope } from './intrinsics.ts';
import { resolveText } from './scope.ts';
import type { Output, Stack } from './stack.ts';
import type { Template } from './template.ts';

const requireFreeName = ({ stacks }: Engine, stack: Stack, name: string) => {
  const owner = stacks.all.find(
    (other) =>
      other !== stack &&
      other.status !== 'DELETE_COMPLETE' &&
      other.deployed?.outputs.some(({ ExportName }) => ExportName === name),
  );
  if (owner) throw new TemplateError(`Export with name ${name} is already exported by stack ${owner.name}`);
};

const requireUnused = ({ stacks }: Engine, stack: Stack, outputs: readonly Output[]) => {
  for (const old of stack.deployed?.outputs ?? []) {
    if (
      old.ExportName === undefined ||
      outputs.some(({ ExportName, OutputValue }) => ExportName === old.ExportName && OutputValue === old.OutputValue)
    )
      continue;
    const user = stacks.all.find(
      ({ status, deployed }) => status !== 'DELETE_COMPLETE' && deployed?.imports.includes(old.ExportName ?? ''),
    );
    if (user) throw new TemplateError(`Export ${old.ExportName} cannot be updated as it is in use by ${user.name}`);
  }
};

/**
 * The outputs of a stack whose resources exist.
 *
 * @throws {TemplateError} when a value is not text, an export name is taken, or an export in use would change.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
 */
export const resolveOutputs = (engine: Engine, stack: Stack, template: Template, scope: Scope): readonly Output[] => {
  const outputs = Object.entries(template.Outputs)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([OutputKey, { Value, Description, Export }]): Output => {
      const name =
        Export === undefined ? undefined : resolveText(Export.Name, scope, `the export name of ${OutputKey}`);
      if (name !== undefined) requireFreeName(engine, stack, name);
      return {
        OutputKey,
        OutputValue: resolveText(Value, scope, `output ${OutputKey}`),
        ...(Description === undefined ? {} : { Description }),
        ...(name === undefined ? {} : { ExportName: name }),
      };
    });
  requireUnused(engine, stack, outputs);
  return outputs;
};
