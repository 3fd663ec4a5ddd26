/**
 * `node:http` also exports WebSocket and two of its events, by getters that load undici: 7 MB of each process and 15 ms of
 * its start. Each `import` of the module reads all exports. Nothing uses these three, so they are removed before the first.
 */
const http = process.getBuiltinModule('node:http')
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) Reflect.deleteProperty(http, name)
