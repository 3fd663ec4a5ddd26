#!/usr/bin/env node
// The published package runs on the Node it is given. This file is syntax that an old one understands.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Poolhouse needs Node.js 22.18 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}
import('../dist/src/main.js')
