// Bundles the scripts of the login pages into views/assets: `node scripts/build-assets.ts`. With --check it only
// reports whether the bundles are current.
import { readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const folder = new URL('../views/', import.meta.url)

export async function bundledScripts(): Promise<Map<string, string>> {
  const names = [
    'choose-language.js',
    'copy-secret.js',
    'passkey.js',
    'password-rules.js',
    'show-password.js',
    'submit-once.js',
  ]
  const { outputFiles } = await build({
    entryPoints: names.map((name) => new URL(`scripts/${name}`, folder).pathname),
    outdir: new URL('assets/', folder).pathname,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  })
  return new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('/') + 1), text]))
}

export async function staleScripts(): Promise<string[]> {
  const bundled = [...(await bundledScripts())]
  const current = await Promise.all(
    bundled.map(([name]) => readFile(new URL(`assets/${name}`, folder), 'utf8').catch(() => '')),
  )
  return bundled.filter(([, text], index) => text !== current[index]).map(([name]) => name)
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await staleScripts()
    for (const name of stale) console.error(`views/assets/${name} is not current: node scripts/build-assets.ts`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    for (const [name, text] of await bundledScripts()) await writeFile(new URL(`assets/${name}`, folder), text)
  }
}
