import { TemplateError } from '../errors.ts';
import type { Made, Provider, Work } from '../provider.ts';

interface InertType {
  readonly type: string;
  /** The property with the name chosen by hand. */
  readonly nameProperty: string;
  readonly maxLength: number;
  attributes(name: string, work: Work): Made['attributes'];
}

/** A provider for a type that has a name and no behaviour here: it keeps the names unique, and that is all. */
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

/** Log groups, metric filters and dashboards: functions write their logs without them, and nothing reads a metric. */
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

/** What the CDK notes about itself: it does nothing in AWS either. */
export const metadataProvider: Provider = {
  type: 'AWS::CDK::Metadata',
  models: ['Analytics'],
  create: async (work) => ({ physicalId: work.name({ maxLength: 128 }) }),
  update: async ({ physicalId }) => ({ physicalId }),
  remove: async () => undefined,
};
