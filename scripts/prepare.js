// After `npm ci` in a clone: the Node that the package `node` brings has headers for native modules along, 67 MB, which
// nothing here compiles against.
import { rmSync } from 'node:fs'

const node = `node_modules/node/node_modules/node-${process.platform}-${process.arch}`
rmSync(`${node}/include`, { recursive: true, force: true })
