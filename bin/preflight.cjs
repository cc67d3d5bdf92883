// Plain JavaScript on purpose: it must run on the Node.js that it judges, however old.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** In a checkout Node.js runs the TypeScript sources themselves; the npm package holds JavaScript for older versions too. */
const isCheckout = existsSync(join(__dirname, 'app.ts'));
const [leastMajor, leastMinor] = isCheckout ? [24, 12] : [20, 0];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  const least = isCheckout ? `${leastMajor}.${leastMinor}` : leastMajor;
  const platform = `${process.platform}-${process.arch}`;
  const advice = !isCheckout
    ? 'Install a newer one: https://nodejs.org/en/download'
    : platform === 'darwin-arm64'
      ? 'The npm registry has no Node.js 24 for Apple silicon that could be installed beside the other packages. ' +
        'Install Node.js 24 yourself: https://nodejs.org/en/download'
      : '`npm ci` installs Node.js 24 beside the other packages on Linux, on Windows and on Macs with an Intel ' +
        'processor; `npm run …` and `npx …` in the project use it. So run `npx cdk …` and `npx connect-sync …`, not a ' +
        'globally installed command. If you did, run `npm ci` again without `--omit=optional`, or install Node.js 24 ' +
        'yourself: https://nodejs.org/en/download';
  console.error(
    `cognito-connect-sync needs Node.js ${least} or newer; this is ${process.version} (${platform}). ${advice}`,
  );
  process.exit(2);
}

/** Whether the sources are here, which are then run instead of what is built from them. */
exports.isCheckout = isCheckout;
