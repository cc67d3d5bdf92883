import { type BundleReport, benchBundles } from '../bundle.ts';
import { type Goal, milliseconds, type Question, type Table } from './report.ts';

const GOALS = { workerKb: 400, triggerKb: 200, ratio: 0.5 };

/** How large are the bundles, and what does a cold start of them cost beside a default bundle and an empty function? */
export const benchBundleReport: Question = async (progress) => {
  progress('fresh processes, a minute or so');
  const report = await benchBundles();
  return { tables: [sizes(report), ...coldStarts(report)], goals: goalsOf(report) };
};

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} KB`;

const sizes = ({ bytes }: BundleReport): Table => ({
  caption: 'Bundles, minified',
  columns: ['function', 'ours', 'ours, gzip', 'esbuild as it comes'],
  rows: Object.entries(bytes).map(([name, { ours, oursGzip, default: byDefault }]) => [
    name,
    kilobytes(ours),
    kilobytes(oursGzip),
    kilobytes(byDefault),
  ]),
});

const coldStarts = ({ coldStart, samples }: BundleReport): readonly Table[] =>
  Object.entries(coldStart).map(([name, variants]) => ({
    caption: `${name}: cold start, medians of ${samples} fresh processes each`,
    columns: ['bundle', 'load', 'first call', 'both', 'a later call'],
    rows: Object.entries(variants).map(([variant, { loadMs, firstCallMs, totalMs, warmMs }]) => [
      variant,
      ...[loadMs, firstCallMs, totalMs, warmMs].map(milliseconds),
    ]),
  }));

function goalsOf({ bytes, ratio }: BundleReport): readonly Goal[] {
  const size = (goal: string, name: 'sync-worker' | 'pool-trigger', limitKb: number): Goal => ({
    goal: `${goal}: ${name} at most ${limitKb} KB`,
    measured: kilobytes(bytes[name].ours),
    met: bytes[name].ours <= limitKb * 1_000,
  });
  return [
    size('P5', 'sync-worker', GOALS.workerKb),
    size('P6', 'pool-trigger', GOALS.triggerKb),
    {
      goal: `load and first call of sync-worker at most ${GOALS.ratio} of a default bundle`,
      measured: ratio['sync-worker'].toFixed(2),
      met: ratio['sync-worker'] <= GOALS.ratio,
    },
  ];
}
