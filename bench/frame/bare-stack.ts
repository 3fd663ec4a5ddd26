import { spawn } from 'node:child_process'
import { endWithUs, printed, stop } from './server.ts'

const program = new URL('../yardsticks/bare-stack.ts', import.meta.url).pathname

/** Koa over its own PostgreSQL, after its first token; see the yardstick. */
export async function bareStack(folder: string): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(child)
  await printed(child, /first token/)
  return { pid: child.pid!, stop: () => stop(child) }
}
