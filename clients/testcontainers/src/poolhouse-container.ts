import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { awaitAddressCommand, awaitingAddress, port } from './address.ts'
import { readSeed, type Seed } from './seed.ts'
import { StartedPoolhouseContainer } from './started-poolhouse-container.ts'

const seedFile = '/tmp/poolhouse-seed.json'

/** A development server of Poolhouse in a container: `docker build --target dev` makes the image. */
export class PoolhouseContainer extends GenericContainer {
  private initialSeed: Seed = { pools: [] }

  constructor(image: string) {
    super(image)
    this.withExposedPorts(port)
      .withEnvironment({ POOLHOUSE_LOG_LEVEL: 'error' })
      .withWaitStrategy(Wait.forLogMessage(awaitingAddress))
      .withStartupTimeout(120_000)
  }

  /** What the server begins with: a seed, or the path of a seed file. Without one it has no pools. */
  withSeed(seed: Seed | string): this {
    this.initialSeed = readSeed(seed)
    return this
  }

  withRegion(region: string): this {
    return this.withEnvironment({ POOLHOUSE_REGION: region })
  }

  /** A folder of trigger functions, which is copied into the container. */
  withTriggers(folder: string): this {
    const target = '/tmp/poolhouse-triggers'
    this.withCopyDirectoriesToContainer([{ source: folder, target }])
    return this.withEnvironment({ POOLHOUSE_TRIGGERS_DIR: target })
  }

  protected override async beforeContainerCreated(): Promise<void> {
    this.withCopyContentToContainer([{ content: JSON.stringify(this.initialSeed), target: seedFile, mode: 0o644 }])
    this.withEnvironment({ POOLHOUSE_SEED: seedFile })
    this.withEntrypoint(['sh']).withCommand(['-c', awaitAddressCommand])
  }

  /** @throws Error with the end of its log if the server does not become ready */
  override async start(): Promise<StartedPoolhouseContainer> {
    const container: StartedTestContainer = await super.start()
    const started = new StartedPoolhouseContainer(container, {
      seed: this.initialSeed,
      region: this.environment.POOLHOUSE_REGION ?? 'us-east-1',
      publicUrl: this.environment.POOLHOUSE_PUBLIC_URL,
      accessKeyId: this.environment.POOLHOUSE_ACCESS_KEY_ID ?? 'local',
      secretAccessKey: this.environment.POOLHOUSE_SECRET_ACCESS_KEY ?? 'local',
      startupTimeout: this.startupTimeoutMs ?? 120_000,
    })
    await started.becomeReady()
    return started
  }
}
