import { AbstractStartedContainer, type RestartOptions, type StartedTestContainer } from 'testcontainers'
import { announceAddress, port, waitUntilReady } from './address.ts'
import { type Clock, type Control, controlOf, type Fault, type Inbox } from './control.ts'
import { clientOf, poolOf, readSeed, type Seed } from './seed.ts'

interface Settings {
  seed: Seed
  region: string
  /** Set where the issuers are not to have the address of the container. */
  publicUrl?: string
  accessKeyId: string
  secretAccessKey: string
  startupTimeout: number
}

export class StartedPoolhouseContainer extends AbstractStartedContainer {
  constructor(
    started: StartedTestContainer,
    private readonly settings: Settings,
  ) {
    super(started)
  }

  getPort(): number {
    return this.getMappedPort(port)
  }

  /** The `endpoint` of SDKs. */
  getEndpoint(): string {
    return `http://${this.getHost()}:${this.getPort()}`
  }

  getRegion(): string {
    return this.settings.region
  }

  getCredentials(): { accessKeyId: string; secretAccessKey: string } {
    const { accessKeyId, secretAccessKey } = this.settings
    return { accessKeyId, secretAccessKey }
  }

  /** Arguments of an SDK's client. */
  getClientConfig() {
    return { endpoint: this.getEndpoint(), region: this.getRegion(), credentials: this.getCredentials() }
  }

  /** The id of a pool of the seed by its name; without a name, of the only one. */
  getUserPoolId(name?: string): string {
    return poolOf(this.settings.seed, name).Id
  }

  /** The id of an app client of the seed by its name; without a name, of the only one. */
  getClientId(name?: string): string {
    return clientOf(this.settings.seed, name).ClientId
  }

  /** The issuer of a pool's tokens; without an id, of the seed's only pool. */
  getIssuer(userPoolId = this.getUserPoolId()): string {
    return `${this.settings.publicUrl ?? this.getEndpoint()}/${userPoolId}`
  }

  /** Mail and SMS, none of which leave the server. */
  get inbox(): Inbox {
    return this.control.inbox
  }

  get clock(): Clock {
    return this.control.clock
  }

  /** Makes an operation fail, or delays it. */
  fail(operation: string, fault: Fault): Promise<void> {
    return this.control.fail(operation, fault)
  }

  clearFailures(operation?: string): Promise<void> {
    return this.control.clearFailures(operation)
  }

  /** Applies a further seed, or a seed file. */
  seed(seed: Seed | string): Promise<void> {
    return this.control.seed(readSeed(seed))
  }

  /** Deletes every pool, empties the inbox, resets clock and failures, and applies the initial seed again. */
  async reset(): Promise<void> {
    await this.control.reset()
    await this.control.seed(this.settings.seed)
  }

  /** The data stays. The port, and with it the issuer, may be another. */
  override async restart(options: Partial<RestartOptions> = {}): Promise<void> {
    // Time for the database to stop, so that the next start is quick.
    await super.restart({ timeout: 10_000, ...options })
    await this.becomeReady()
  }

  /** @internal */
  async becomeReady(): Promise<void> {
    await announceAddress(this, this.settings.publicUrl ?? this.getEndpoint())
    await waitUntilReady(this, this.settings.startupTimeout)
  }

  private get control(): Control {
    return controlOf(this.getEndpoint())
  }
}
