#!/usr/bin/env node
// The published package runs on the Node it is given. This file is syntax that an old one understands.
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Poolhouse needs Node.js 22.18 or newer; this is ${process.versions.node}. ` +
      'In a project, `npm install --save-dev node@24` adds one that `npx poolhouse` runs on.',
  )
  process.exit(1)
}
// A clone has sources, and runs them as they are; the package has what was built of them.
const source = new URL('../src/main.ts', import.meta.url)
import(existsSync(source) ? source.href : new URL('../dist/src/main.js', import.meta.url).href)
