// Plain JavaScript on purpose: it must run on whatever Node.js it is there to judge.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `This project runs on Node.js 24; npm found ${process.version} (${process.platform}-${process.arch}). ` +
      'On Linux, Windows and macOS `npm ci` installs Node.js 24 beside the other packages: run it again without ' +
      '`--omit=optional`. On other platforms install Node.js 24 yourself.',
  );
  process.exit(1);
}
