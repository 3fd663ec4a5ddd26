import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from '../../bench/frame/server.ts'

/** A guide of docs/, followed as somebody would who copies it into a fresh folder. */
export interface Guide {
  folder: string
  /** What its addresses have become: each port of the guide is a free one here. */
  url(port: number): string
  /** Writes the files that the guide shows, by the path in the first line of each. */
  writeFiles(): string[]
  /** Runs the command block that has this text, all in one shell. @throws with all it said where a command fails */
  run(part: string, options?: { fails?: boolean }): Promise<string>
  /** Runs a block whose last command goes on, such as a server, until the address answers. What ran there before is ended. */
  serve(part: string, port: number, path?: string): Promise<void>
  /** Runs a command that the guide does not print. */
  type(code: string, options?: { fails?: boolean }): Promise<string>
  /** Command blocks that nobody has run. */
  skipped(): string[]
  /** What the processes of `serve` have said. */
  said(): string
  close(): void
}

interface Block {
  language: string
  code: string
}

/** The packed package, made once for a process. */
let packed: string | undefined

export function packedPackage(): string {
  if (packed) return packed
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-packed-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  packed = join(folder, readdirSync(folder)[0]!)
  return packed
}

const shell = new Set(['', 'sh', 'bash'])
/** `// app/page.tsx`, `# main.py`, `<!-- index.html -->` */
const fileLine = /^(?:\/\/|#|<!--) ([\w@.[\]/-]+\.[\w]+|Dockerfile)(?: -->)?\n/

export async function openGuide(
  path: string,
  { ports, env = {} }: { ports: number[]; env?: Record<string, string> },
): Promise<Guide> {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-guide-'))
  const free = new Map<number, number>()
  for (const port of ports) free.set(port, await freePort())
  const here = (text: string) =>
    [...free].reduce((all, [port, chosen]) => all.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(chosen)), text)
  // The one thing that no guide can print: where the package is that is not published yet.
  const installed = (code: string) =>
    code.replace(
      /^(npm install (?:-\S+ )*)(.*\b)?poolhouse\b/m,
      (_, npm, others = '') => `${npm}${others}${packedPackage()}`,
    )
  const blocks = [...readFileSync(path, 'utf8').matchAll(/(?:^`([^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```/gms)].map(
    // JSON has no comments: its file is named above the block.
    ([, file, language = '', code = '']): Block => ({ language, code: `${file ? `# ${file}\n` : ''}${here(code)}` }),
  )
  const commands = blocks.filter(({ language, code }) => shell.has(language) && !fileLine.test(code))
  const followed = new Set<string>()
  function command(part: string): string {
    const found = new Set(commands.map(({ code }) => code).filter((code) => code.includes(here(part))))
    assert.equal(found.size, 1, `${found.size} blocks of ${path} have ${part}`)
    const [code] = [...found]
    followed.add(code!)
    return code!
  }
  const files = blocks.filter(({ code }) => fileLine.test(code))
  const terminal = openTerminal(folder, {
    POOLHOUSE_PORT: String(free.get(9500) ?? (await freePort())),
    ...env,
  })

  return {
    folder,
    url: (port) => `http://localhost:${free.get(port)}`,
    writeFiles: () =>
      files.map(({ code }) => {
        const name = fileLine.exec(code)![1]!
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), code.replace(fileLine, ''))
        return name
      }),
    run: (part, options) => terminal.run(installed(command(part)), options),
    serve: (part, port, path = '/') => terminal.serve(command(part), free.get(port)!, path),
    type: (code, options) => terminal.run(code, options),
    skipped: () => commands.map(({ code }) => code).filter((code) => !followed.has(code)),
    said: terminal.said,
    close() {
      terminal.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** One bash, in which variables stay from block to block. */
export function openTerminal(folder: string, env: Record<string, string | undefined>) {
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    detached: true,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_TEST_CONTEXT: undefined,
      AWS_PAGER: '',
      ...env,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    },
  })
  const servers = new Map<number, string>()
  let output = ''
  for (const stream of [bash.stdout, bash.stderr])
    stream.on('data', (text) => {
      output += text
    })
  let count = 0

  async function say(code: string, patience = 900_000): Promise<{ status: number; text: string }> {
    const mark = `--end-of-block-${++count}--`
    const from = output.length
    bash.stdin.write(`${code}\necho "${mark} $?"\n`)
    for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
      const text = output.slice(from)
      const done = new RegExp(`^(.*)${mark} (\\d+)$`, 'ms').exec(text)
      if (done) {
        await sleep(50)
        return { status: Number(done[2]), text: output.slice(from).replace(`${mark} ${done[2]}`, '') }
      }
      if (bash.exitCode !== null)
        throw new Error(`The shell has ended (${bash.exitCode}, ${bash.signalCode}):\n${code}\n${output.slice(-2000)}`)
    }
    throw new Error(`No end in ${patience} ms:\n${code}\n${output.slice(from)}`)
  }

  async function end(port: number): Promise<void> {
    const pid = servers.get(port)
    if (!pid) return
    servers.delete(port)
    // The whole job, with what npx and npm have started.
    await say(`kill -TERM -- -${pid}; wait ${pid}; true`, 60_000)
  }

  return {
    async run(code: string, { fails = false } = {}): Promise<string> {
      // As typed: one command after the other, of which any may fail. None gets the pipe that this shell reads.
      const { status, text } = await say(
        `FAILED=0; trap FAILED=1 ERR\n{\n${code}\n} < /dev/null\ntrap - ERR; (exit $FAILED)`,
      )
      assert.equal(status !== 0, fails, `${code}\n${text}`)
      return text
    },
    async serve(code: string, port: number, path: string): Promise<void> {
      await end(port)
      const { text } = await say(
        `set -m\n{\n${code}\n} < /dev/null > '${folder}/server-${port}.log' 2>&1 &\nset +m; echo "pid $!"`,
      )
      servers.set(port, /pid (\d+)/.exec(text)![1]!)
      for (const end = Date.now() + 180_000; ; await sleep(100)) {
        const answer = await fetch(`http://localhost:${port}${path}`).catch(() => undefined)
        await answer?.body?.cancel()
        if (answer) return
        if (Date.now() > end)
          throw new Error(`${code}\ndoes not answer:\n${readFileSync(join(folder, `server-${port}.log`))}`)
      }
    },
    said: () =>
      readdirSync(folder)
        .filter((name) => /^server-\d+\.log$/.test(name))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(''),
    close() {
      for (const pid of servers.values()) endGroup(Number(pid))
      endGroup(bash.pid!)
    },
  }
}

function endGroup(pid: NonNullable<ChildProcess['pid']>): void {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
