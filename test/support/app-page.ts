import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'

/** An application of somebody else: one page at an origin of its own, with one bundled script. */
export async function startAppPage(entryPoint: string): Promise<{ url: string; close(): void }> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: 'iife',
    define: { global: 'window' },
    logLevel: 'error',
  })
  const script = outputFiles[0]!.text
  const app = createServer((request, response) => {
    const isScript = request.url === '/app.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><title>App</title><script src="/app.js"></script>')
  })
  await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(app.address() as AddressInfo).port}/`,
    close() {
      app.close()
      app.closeAllConnections()
    },
  }
}
