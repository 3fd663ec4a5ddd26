import { createReadStream, existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { installed, installedModule } from '../lib/installed.ts'

/** The files that the page loads first. */
export interface ConsoleEntry {
  script: string
  stylesheet: string
  icon: string
  preload: string[]
}

export interface ConsoleFile {
  length: number
  body: Readable | Buffer
  encoding?: 'br'
}

export interface ConsoleFiles {
  entry: ConsoleEntry
  read(name: string, acceptsBrotli: boolean): Promise<ConsoleFile | undefined>
}

/** What `scripts/build.ts` writes into the package. */
interface Manifest {
  entry: ConsoleEntry
  files: string[]
}

const manifestUrl = installed('console/manifest.json')

/** The console built into the package; when run from the sources, built from them. */
export async function loadConsoleFiles(): Promise<ConsoleFiles> {
  return existsSync(manifestUrl) ? builtFiles() : sourceFiles()
}

let built: Promise<ConsoleFiles> | undefined

function builtFiles(): Promise<ConsoleFiles> {
  built ??= (async () => {
    const { entry, files }: Manifest = JSON.parse(await readFile(manifestUrl, 'utf8'))
    const names = new Set(files)
    return {
      entry,
      async read(name, acceptsBrotli) {
        if (!names.has(name)) return undefined
        const url = installed(`console/${name}${acceptsBrotli ? '.br' : ''}`)
        const { size } = await stat(url)
        return { length: size, body: createReadStream(url), ...(acceptsBrotli && { encoding: 'br' as const }) }
      },
    }
  })()
  return built
}

/** A module that exists only in a clone, so bundles must not include it. */
interface Sources {
  currentConsole(): Promise<{ files: Map<string, Uint8Array>; entry: ConsoleEntry }>
}

async function sourceFiles(): Promise<ConsoleFiles> {
  const { currentConsole }: Sources = await import(installedModule('console/sources').href)
  const { entry, files } = await currentConsole()
  return {
    entry,
    async read(name) {
      const content = files.get(name)
      return content && { length: content.length, body: Buffer.from(content) }
    },
  }
}
