import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Started {
  connection: { host: string; port: number; username: string; database: string }
  directory: string
  dataDir: string
  version: string
  error?: { name: string; message: string }
}

/** A Poolhouse in a process of its own, which can be killed or be another user; it stops when its input ends. */
export class OtherProcess {
  readonly child: ChildProcess
  readonly started: Promise<Started>

  constructor(dataDir: string, options: { uid?: number; node?: string; clone?: string; path?: string } = {}) {
    const { uid, node = process.execPath, clone = `${import.meta.dirname}/../..`, path = process.env.PATH } = options
    const program = `
      const { startEmbeddedDatabase } = await import(${JSON.stringify(`${clone}/src/store/embedded/index.ts`)})
      try {
        const database = await startEmbeddedDatabase({ dataDir: process.argv[1] })
        console.log(JSON.stringify(database))
        process.stdin.on('end', () => database.stop()).resume()
      } catch ({ name, message }) {
        console.log(JSON.stringify({ error: { name, message } }))
      }`
    const args = ['--input-type=module', '--no-warnings', '-e', program, dataDir]
    this.child = spawn(node, args, {
      uid,
      gid: uid,
      cwd: '/',
      env: { ...process.env, PATH: path },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.started = once(createInterface(this.child.stdout!), 'line').then(([line]) => JSON.parse(line))
  }

  async stop() {
    const exit = once(this.child, 'exit')
    this.child.stdin!.end()
    await exit
  }

  async kill() {
    const exit = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exit
  }
}
