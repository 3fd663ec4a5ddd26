// Builds dist/, which is what is published: `node scripts/build.ts`. Finding and reading a thousand small files would
// take most of a start, so they are bundled, together with libraries of many files.
import { execFile } from 'node:child_process'
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { type BuiltConsole, buildConsole } from '../console/build.ts'

// Everything that package.json does not list as a dependency is bundled. Libraries of many files, such as the AWS
// clients, are development dependencies, so an installation only contains the parts of them that are used, and the
// request that is the first to need one does not hold all others while its files are found and read.

const root = fileURLToPath(new URL('../', import.meta.url))

/**
 * Entry points loaded by path: by commands, by tests that import the package, as a thread, by the pages, by the migrator.
 */
const entries = [
  'src/main.ts',
  'src/testing/index.ts',
  'src/admin/index.ts',
  'src/jobs/import-worker.ts',
  'src/lib/srp-thread.ts',
  'src/triggers/local-worker.ts',
  'src/hosted/texts/??.ts',
  'src/hosted/texts/??-??.ts',
  'migrations/*.ts',
]

/** Published unchanged. */
const commonJs = ['src/testing/index.cjs', 'src/testing/index.d.cts']

/** The program, its views, and the licences of what it contains, without types. */
export async function buildProgram(folder = join(root, 'dist')): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const { metafile } = await build({ ...(await programOptions()), outdir: folder })
  const builtConsole = await buildConsole()
  await writeConsole(builtConsole, join(folder, 'console'))
  const folders = packagesOf([...Object.keys(metafile.inputs), ...builtConsole.inputs])
  await writeFile(join(folder, 'third-party-licenses.txt'), await licences(folders))
  for (const file of commonJs) await cp(join(root, file), join(folder, file))
  for (const name of ['views', 'docs', 'README.md']) await cp(join(root, name), join(folder, name), { recursive: true })
}

/** The folders of the bundled packages, as in package-lock.json. Nothing is written. */
export async function bundledPackages(): Promise<string[]> {
  const { metafile } = await build({ ...(await programOptions()), outdir: join(root, 'dist'), write: false })
  const { inputs } = await buildConsole()
  return packagesOf([...Object.keys(metafile.inputs), ...inputs])
}

async function programOptions() {
  const { dependencies, optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return {
    absWorkingDir: root,
    entryPoints: await Array.fromAsync(glob(entries, { cwd: root })),
    outbase: root,
    // At the same depth as the folders of src; see src/lib/installed.ts.
    chunkNames: 'src/parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    external: Object.keys({ ...dependencies, ...optionalDependencies }),
    mainFields: ['module', 'main'],
    // Bundled CommonJS modules require built-in ones.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    plugins: [reflectionFirst],
  } satisfies BuildOptions
}

/**
 * tsyringe, a library of the X.509 library, asks as it loads whether there is metadata reflection. Whoever imports it
 * imports that before it, but in parts of a bundle that order is not kept.
 */
const reflectionFirst: Plugin = {
  name: 'reflection first',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]tsyringe[\\/]dist[\\/]esm5[\\/]index\.js$/ }, async ({ path }) => ({
      contents: `import 'reflect-metadata'\n${await readFile(path, 'utf8')}`,
      loader: 'js',
    }))
  },
}

/** Each file also in its best compression, for the server to send as it is. */
async function writeConsole({ files, entry }: BuiltConsole, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const compress = promisify(brotliCompress)
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  const writes = [...files].map(async ([name, content]) => {
    await writeFile(join(folder, name), content)
    await writeFile(join(folder, `${name}.br`), await compress(content, { params }))
  })
  await Promise.all(writes)
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ entry, files: [...files.keys()] }))
}

function packagesOf(files: string[]): string[] {
  const folders = files.map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort()
}

async function licences(folders: string[]): Promise<string> {
  return (await Promise.all(folders.map(licence))).join(`\n${'-'.repeat(80)}\n\n`)
}

/** The licence of the package in a folder. Some publish only its name; for Apache's the text is Poolhouse's own. */
async function licence(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
  for await (const file of glob(`${folder}/{LICEN[CS]E,licen[cs]e}*`, { cwd: root }))
    return `${name} ${version}\n\n${await readFile(join(root, file), 'utf8')}`
  if (license === 'Apache-2.0') return `${name} ${version}\n\nApache-2.0: see LICENSE beside package.json\n`
  throw new Error(`${name} would be published without its licence`)
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
