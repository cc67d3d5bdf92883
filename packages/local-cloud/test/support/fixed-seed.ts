import fc from 'fast-check';

/** The same random cases in each run; `PROPERTY_SEED` tries others. A failure prints its seed either way. */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
