import { TemplateError } from '../errors.ts';
import type { Made, Provider, Work } from '../provider.ts';

interface InertType {
  readonly type: string;
  /** The property with a name that the template chose. */
  readonly nameProperty: string;
  readonly maxLength: number;
  attributes(name: string, work: Work): Made['attributes'];
}

/** A provider for a type without behaviour in the local cloud. It only keeps the names unique. */
const inertProvider = ({ type, nameProperty, maxLength, attributes }: InertType): Provider => {
  const names = new Set<string>();
  return {
    type,
    models: [nameProperty],
    nameProperty,
    async create(work) {
      const name = (work.properties[nameProperty] as string | undefined) ?? work.name({ maxLength });
      if (names.has(name))
        throw new TemplateError(`Resource of type '${type}' with identifier '${name}' already exists.`);
      names.add(name);
      return { physicalId: name, attributes: attributes(name, work) ?? {} };
    },
    update: async ({ physicalId, attributes: kept }) => ({ physicalId, attributes: kept }),
    async remove({ physicalId }) {
      names.delete(physicalId);
    },
  };
};

/** Log groups, metric filters and dashboards. Functions write their logs without them, and there are no metrics. */
export const createInertProviders = (): readonly Provider[] => [
  inertProvider({
    type: 'AWS::Logs::LogGroup',
    nameProperty: 'LogGroupName',
    maxLength: 512,
    attributes: (name, { cloud }) => ({ Arn: `arn:aws:logs:${cloud.region}:${cloud.accountId}:log-group:${name}:*` }),
  }),
  inertProvider({
    type: 'AWS::Logs::MetricFilter',
    nameProperty: 'FilterName',
    maxLength: 512,
    attributes: () => ({}),
  }),
  inertProvider({
    type: 'AWS::CloudWatch::Dashboard',
    nameProperty: 'DashboardName',
    maxLength: 255,
    attributes: () => ({}),
  }),
];

/** Metadata of the CDK. It has no effect in AWS either. */
export const metadataProvider: Provider = {
  type: 'AWS::CDK::Metadata',
  models: ['Analytics'],
  create: async (work) => ({ physicalId: work.name({ maxLength: 128 }) }),
  update: async ({ physicalId }) => ({ physicalId }),
  remove: async () => undefined,
};
