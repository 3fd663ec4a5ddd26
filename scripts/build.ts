// Makes dist/, which is what is published: `node scripts/build.ts`. A start would spend more time on finding and reading
// a thousand small files than on anything else, so they are bundled; libraries of many files go with them.
import { execFile } from 'node:child_process'
import { cp, glob, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Whole modules of ECMAScript, without files beside them that they would look for. */
const bundled = ['jose', 'kysely']

/** What is loaded by its path: by commands, by tests that import the package, as a thread, by the migrator. */
const entries = [
  'src/main.ts',
  'src/testing/index.ts',
  'src/admin/index.ts',
  'src/jobs/import-worker.ts',
  'src/lib/srp-thread.ts',
  'src/triggers/local-worker.ts',
  'migrations/*.ts',
]

/** The program, its views, and the licences of what it contains, without types. */
export async function buildProgram(folder = join(root, 'dist')): Promise<void> {
  const { dependencies, optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  await rm(folder, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: await Array.fromAsync(glob(entries, { cwd: root })),
    outbase: root,
    outdir: folder,
    // As deep as the folders of src; see src/lib/installed.ts.
    chunkNames: 'src/parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    external: Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !bundled.includes(name)),
    legalComments: 'none',
    metafile: true,
  })
  await writeFile(join(folder, 'third-party-licenses.txt'), await licences(metafile))
  await cp(join(root, 'views'), join(folder, 'views'), { recursive: true })
}

async function licences({ inputs }: Metafile): Promise<string> {
  const names = Object.keys(inputs).map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
  const packages = [...new Set(names.filter((name) => name !== undefined))].sort()
  const texts = packages.map(async (name) => {
    for await (const file of glob(`node_modules/${name}/LICENSE*`, { cwd: root }))
      return `${name}\n\n${await readFile(join(root, file), 'utf8')}`
    throw new Error(`${name} would be published without its licence`)
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}

if (import.meta.main) {
  await buildProgram()
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root }).catch(
    (error) => {
      console.error(error.stdout)
      process.exitCode = 1
    },
  )
}
