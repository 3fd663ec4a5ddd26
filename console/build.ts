/**
 * Bundles the console: `scripts/build.ts` writes the result into the package, a server that runs from the sources makes it
 * when a browser first asks for it.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild'

const folder = fileURLToPath(new URL('./', import.meta.url))

export interface BuiltConsole {
  /** By name; each name contains a hash of the content. */
  files: Map<string, Uint8Array>
  /** What the page loads first. */
  entry: { script: string; stylesheet: string; icon: string; preload: string[] }
  /** The files that went into it, from the root of the repository. */
  inputs: string[]
}

export async function buildConsole(): Promise<BuiltConsole> {
  // The stylesheets of what is loaded later would come with it, each with what it shares with the others.
  const whole = build({ ...options, splitting: false })
  const [icon, scripts, styles] = await Promise.all([
    readFile(join(folder, 'shell/icon.svg')),
    build({ ...options, splitting: true, loader: { '.css': 'empty' }, plugins: [usedIcons(whole)] }),
    whole,
  ])
  const files = new Map<string, Uint8Array>()
  const add = (name: string, extension: string, content: Uint8Array): string => {
    const served = `${name}-${hashOf(content)}.${extension}`
    files.set(served, content)
    return served
  }
  for (const { path, contents } of scripts.outputFiles!) files.set(basename(path), contents)
  const css = styles.outputFiles!.find(({ path }) => path.endsWith('.css'))!.contents

  const outputs = Object.entries(scripts.metafile!.outputs)
  const [script, { imports }] = outputs.find(([, { entryPoint }]) => entryPoint === 'main.tsx')!
  const isStatic = ({ kind }: { kind: string }) => kind === 'import-statement'
  return {
    files,
    entry: {
      script: basename(script),
      stylesheet: add('console', 'css', css),
      icon: add('icon', 'svg', icon),
      preload: imports.filter(isStatic).map(({ path }) => basename(path)),
    },
    inputs: [styles, scripts].flatMap(({ metafile }) =>
      Object.keys(metafile!.inputs).map((file) => join('console', file)),
    ),
  }
}

const options: BuildOptions = {
  absWorkingDir: folder,
  entryPoints: ['main.tsx'],
  outdir: 'out',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome120', 'firefox120', 'safari17'],
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: { 'intl-messageformat': './ui/no-message-format.ts' },
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'silent',
}

/** Of the many icons that Cloudscape brings, only those stay that the code of this bundle names. */
const usedIcons = (whole: Promise<BuildResult>): Plugin => ({
  name: 'used icons',
  setup: (bundle) =>
    bundle.onLoad({ filter: /[/]icon[/]generated[/]icons[.]js$/ }, async ({ path }) => {
      const inputs = Object.keys((await whole).metafile!.inputs).map((file) => join(folder, file))
      const others = inputs.filter((file) => file !== path && /[.][jt]sx?$/.test(file))
      const code = (await Promise.all(others.map((file) => readFile(file, 'utf8')))).join('\n')
      const isNamed = (icon: string) => code.includes(`'${icon}'`) || code.includes(`"${icon}"`)
      const [head, ...rest] = (await readFile(path, 'utf8')).split(/^ {4}"([a-z0-9-]+)": /m)
      const icons = Object.fromEntries(rest.flatMap((text, at) => (at % 2 ? [] : [[text, rest[at + 1]!]])))
      const [last] = Object.entries(icons).at(-1)!
      const contents = Object.entries(icons)
        .filter(([name]) => name === last || isNamed(name))
        .map(([name, element]) => `"${name}": ${element}`)
      return { contents: head! + contents.join(''), loader: 'js' }
    }),
})

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 10)
