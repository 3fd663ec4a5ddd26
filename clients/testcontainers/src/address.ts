// Issuers and links contain the address that the tests use, whose port is known only once the container runs. So its
// command waits for a file with the address, and then starts the server.
import {
  BoundPorts,
  getContainerRuntimeClient,
  type StartedTestContainer,
  Wait,
  waitForContainer,
} from 'testcontainers'

export const port = 9500

const addressFile = '/data/public-url'

/** What the command prints before it waits. */
export const awaitingAddress = 'Waiting for the address of the container'

// After a restart the port may be another: the file of the start before is removed.
export const awaitAddressCommand = [
  `rm -f ${addressFile}`,
  `echo '${awaitingAddress}'`,
  `while [ ! -s ${addressFile} ]; do sleep 0.05; done`,
  `export POOLHOUSE_PUBLIC_URL="$(cat ${addressFile})"`,
  'exec node bin/poolhouse.js dev',
].join('\n')

export async function announceAddress(container: StartedTestContainer, publicUrl: string): Promise<void> {
  await container.copyContentToContainer([{ content: publicUrl, target: addressFile, mode: 0o644 }])
}

/** @throws Error with the end of the log if the server stops; it stops the container if the server is late */
export async function waitUntilReady(container: StartedTestContainer, timeout: number): Promise<void> {
  const client = await getContainerRuntimeClient()
  const ports = new BoundPorts()
  ports.setBinding(port, container.getMappedPort(port))
  const ready = Wait.forHttp('/health/ready', port, { abortOnContainerExit: true }).withStartupTimeout(timeout)
  await waitForContainer(client, client.container.getById(container.getId()), ready, ports)
}
