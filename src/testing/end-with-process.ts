import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { EmbeddedDatabase } from '../store/embedded/index.ts'

/** `cat` ends when the pipe closes, which only the process that started it holds open. */
const script = `cat > /dev/null
server=$(head -n 1 "$0/postmaster.pid") && kill -QUIT "$server"
while kill -0 "$server"; do sleep 0.1; done
rm -rf "$@"`

/**
 * Ends the database and deletes the folders once this process is gone, even if it is killed or exits without `stop`.
 * Otherwise each such run would leave a PostgreSQL behind.
 */
export function endWithProcess({ directory }: EmbeddedDatabase, folders: string[]): { cancel(): void } {
  const watcher = spawn('sh', ['-c', script, directory, ...folders], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.on('error', () => {})
  watcher.unref()
  const pipe = watcher.stdin as Socket
  pipe.on('error', () => {})
  pipe.unref()
  return { cancel: () => void watcher.kill() }
}
