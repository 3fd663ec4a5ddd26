'use strict'
// For test runners that load CommonJS: what is here loads the module beside it. jest gives its tests a context of their
// own, in which `import()` does not work; there it is called in the main one.
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const vm = require('node:vm')

const [major, minor] = process.versions.node.split('.').map(Number)
const isTooOld = major < 22 || (major === 22 && minor < 18)

// A clone has sources, the package what was built of them.
const built = join(__dirname, 'index.js')
const url = pathToFileURL(existsSync(built) ? built : join(__dirname, 'index.ts')).href

let loading
function load() {
  if (isTooOld) throw new Error(`Poolhouse needs Node.js 22.18 or newer; this is ${process.versions.node}.`)
  loading ??= import(url).catch((error) => {
    if (!String(error.code).startsWith('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')) throw error
    return importInMainContext(url)
  })
  return loading
}

function importInMainContext(url) {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  return new vm.Script('(url) => import(url)', { importModuleDynamically }).runInThisContext()(url)
}

exports.startPoolhouse = async (options) => (await load()).startPoolhouse(options)
exports.connectPoolhouse = async (url) => (await load()).connectPoolhouse(url)
